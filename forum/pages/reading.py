"""Routes of threads and posts."""

from typing import Final

from starlette.routing import BaseRoute, Route

from forum.pages import doubt, edit_post, lists, outdate, posts, revisions, summary, thread, unmask

READING: Final[list[BaseRoute]] = [
    Route("/t/{id:int}/answer", thread.send, methods=["POST"]),
    Route("/t/{id:int}/watch", thread.follow, methods=["POST"]),
    Route("/t/{id:int}/reading", thread.reading, methods=["POST"]),
    Route("/threads/read", lists.all_read, methods=["POST"]),
    Route("/t/{id:int}/posts/{number:int}", posts.show),
    Route("/t/{id:int}/summary", summary.open_form),
    Route("/t/{id:int}/summary", summary.send, methods=["POST"]),
    Route("/t/{id:int}/posts/{number:int}/edit", edit_post.open_edit),
    Route("/t/{id:int}/posts/{number:int}/edit", edit_post.send_edit, methods=["POST"]),
    Route("/t/{id:int}/posts/{number:int}/history", revisions.show),
    Route("/t/{id:int}/posts/{number:int}/unmask", unmask.open_form),
    Route("/t/{id:int}/posts/{number:int}/unmask", unmask.send, methods=["POST"]),
    Route("/t/{id:int}/posts/{number:int}/outdated", outdate.open_form),
    Route("/t/{id:int}/posts/{number:int}/outdated", outdate.send, methods=["POST"]),
    Route("/t/{id:int}/posts/{number:int}/doubt", doubt.open_form),
    Route("/t/{id:int}/posts/{number:int}/doubt", doubt.send, methods=["POST"]),
    Route("/t/{id:int}/posts/{number:int}/{act}", posts.act, methods=["POST"]),
    Route("/t/{id:int}.json", thread.as_json),
    Route("/t/{id:int}.md", thread.as_markdown),
    Route("/t/{id:int}-{slug}.json", thread.as_json),
    Route("/t/{id:int}-{slug}.md", thread.as_markdown),
    Route("/t/{id:int}-{slug}/{number:int}", thread.permalink),
    Route("/t/{id:int}-{slug}", thread.show),
    Route("/t/{id:int}", thread.short),
]
