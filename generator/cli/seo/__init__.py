"""The ``generator seo`` commands: propose, review and apply new descriptions and keywords of published articles."""
