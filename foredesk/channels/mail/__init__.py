"""Mail lore, one piece per file; nothing here touches the database."""
