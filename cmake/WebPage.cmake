# Placeholder until the page is there.
