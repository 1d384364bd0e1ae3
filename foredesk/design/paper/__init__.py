"""Paper: PDFs that are drawn, stroke by stroke. Nothing that anybody wrote is ever read as markup,
and nothing is fetched or opened because of it."""
