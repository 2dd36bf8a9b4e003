"""Routes of asking, drafts, lists, topics, platforms, feeds, and of looking after threads."""

from typing import Final

from starlette.routing import BaseRoute, Route

from forum.pages import ask, categories, drafts, feeds, lists, manage, preview, topic_upkeep, topics, upkeep

ASKING: Final[list[BaseRoute]] = [
    Route("/ask", ask.picker),
    Route("/ask/similar", ask.similar),
    Route("/ask/answered", ask.answered, methods=["POST"]),
    Route("/ask/{form}", ask.open_form),
    Route("/ask/{form}", ask.send_form, methods=["POST"]),
    Route("/drafts", drafts.list_drafts),
    Route("/drafts/save", drafts.save, methods=["POST"]),
    Route("/drafts/{id:int}/delete", drafts.drop, methods=["POST"]),
    *(Route(path, lists.show_list) for path in lists.LISTS),
    *(Route(f"/t/{{id:int}}/{act}", manage.manage(act), methods=["POST"]) for act in manage.ACTS),
    Route("/topics", topics.list_topics),
    Route("/topics/{slug}", topics.show_topic),
    Route("/admin/topics", topic_upkeep.list_kept),
    Route("/admin/categories", categories.list_kept),
    Route("/admin/categories/new", categories.open_new),
    Route("/admin/categories/new", categories.send_new, methods=["POST"]),
    Route("/admin/categories/{slug}", categories.open_one),
    Route("/admin/categories/{slug}", categories.send_one, methods=["POST"]),
    Route("/admin/categories/{slug}/remove", categories.remove, methods=["POST"]),
    Route("/topics/{slug}/edit", topic_upkeep.open_description),
    Route("/topics/{slug}/edit", topic_upkeep.send_description, methods=["POST"]),
    Route("/topics/{slug}/place", topic_upkeep.send_place, methods=["POST"]),
    Route("/topics/{slug}/merge", topic_upkeep.open_merge),
    Route("/topics/{slug}/merge", topic_upkeep.send_merge, methods=["POST"]),
    Route("/topics/{slug}/part", topic_upkeep.send_parting, methods=["POST"]),
    Route("/topics/{slug}/deprecate", topic_upkeep.send_deprecation, methods=["POST"]),
    Route("/topics/{slug}/bring-back", topic_upkeep.send_return, methods=["POST"]),
    Route("/topics/{slug}/follow", topics.follow_topic, methods=["POST"]),
    Route("/platforms/{slug}/follow", topics.follow_platform, methods=["POST"]),
    Route("/platforms", topics.list_platforms),
    Route("/platforms/{slug}", topics.show_platform),
    Route("/feeds/{name}.atom", feeds.list_feed),
    Route("/feeds/topics/{slug}.atom", feeds.topic_feed),
    Route("/feeds/platforms/{slug}.atom", feeds.platform_feed),
    Route("/t/{id:int}/labels", upkeep.open_labels),
    Route("/t/{id:int}/labels", upkeep.send_labels, methods=["POST"]),
    Route("/t/{id:int}/case", upkeep.open_case),
    Route("/t/{id:int}/case", upkeep.send_case, methods=["POST"]),
    Route("/preview", preview.show_preview, methods=["POST"]),
]
