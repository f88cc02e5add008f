"""The pages and actions of one draft: the article, its edit form, claims, comments, versions, reports of reading."""
