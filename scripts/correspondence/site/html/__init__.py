"""Parts that HTML pages share: the page, paging, rendering and kept fragments."""
