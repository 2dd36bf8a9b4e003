"""A case study as it will look, before it is one: what was measured stands below its summary, as on its page."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from markupsafe import Markup

from base.text.markdown import parted_html
from forum.queries.case_view import MetricView
from forum.queries.rendered import rendered_opening
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class CasePreview:
    """What stands before the first heading, the numbers, and the rest."""

    summary: Markup
    metrics: tuple[MetricView, ...]
    rest: Markup


async def case_preview(viewer: Viewer, text: str, measured: Iterable[object]) -> CasePreview:
    """Draw the text of a case study with its numbers, which have the names of a MetricView."""
    summary, rest = parted_html(await rendered_opening(text, viewer))
    names = [field.name for field in fields(MetricView)]
    metrics = tuple(MetricView(**{name: getattr(one, name) for name in names}) for one in measured)
    return CasePreview(summary, metrics, rest)
