"""Routes of threads and posts."""

from typing import Final

from starlette.routing import BaseRoute, Route

from forum.pages import lists, outdate, posts, revisions, thread, unmask

READING: Final[list[BaseRoute]] = [
    Route("/t/{id:int}/answer", thread.send, methods=["POST"]),
    Route("/t/{id:int}/watch", thread.follow, methods=["POST"]),
    Route("/t/{id:int}/reading", thread.reading, methods=["POST"]),
    Route("/threads/read", lists.all_read, methods=["POST"]),
    Route("/t/{id:int}/posts/{number:int}", posts.show),
    Route("/t/{id:int}/posts/{number:int}/edit", posts.open_edit),
    Route("/t/{id:int}/posts/{number:int}/edit", posts.send_edit, methods=["POST"]),
    Route("/t/{id:int}/posts/{number:int}/history", revisions.show),
    Route("/t/{id:int}/posts/{number:int}/unmask", unmask.open_form),
    Route("/t/{id:int}/posts/{number:int}/unmask", unmask.send, methods=["POST"]),
    Route("/t/{id:int}/posts/{number:int}/outdated", outdate.open_form),
    Route("/t/{id:int}/posts/{number:int}/outdated", outdate.send, methods=["POST"]),
    Route("/t/{id:int}/posts/{number:int}/{act}", posts.act, methods=["POST"]),
    Route("/t/{id:int}.json", thread.as_json),
    Route("/t/{id:int}.md", thread.as_markdown),
    Route("/t/{id:int}-{slug}.json", thread.as_json),
    Route("/t/{id:int}-{slug}.md", thread.as_markdown),
    Route("/t/{id:int}-{slug}/{number:int}", thread.permalink),
    Route("/t/{id:int}-{slug}", thread.show),
    Route("/t/{id:int}", thread.short),
]
