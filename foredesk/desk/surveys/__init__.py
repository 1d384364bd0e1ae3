"""The page where customers say how it was, and the screen where admins set how they are asked."""
