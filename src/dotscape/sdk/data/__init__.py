"""The types of things that can be logged: tables, embeddings, images, sound, pages, counts."""
