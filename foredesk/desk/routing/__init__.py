"""Who is here, who gets what: one's own state, the next ticket, and how teams give tickets out."""
