"""The report as one HTML page. It loads nothing, and can be read without scripts or colours."""

from __future__ import annotations

import html
from dataclasses import asdict
from importlib import resources
from itertools import groupby

from pytest_appsync.error_coverage import suggestion
from pytest_appsync.error_coverage.highlight import highlighted
from pytest_appsync.error_coverage.report import (
    STATES,
    ErrorState,
    Kind,
    Report,
    SiteReport,
    State,
    Totals,
)
from pytest_appsync.error_coverage.source import Sources
from pytest_appsync.error_coverage.tallies import Place

_AROUND = 3
"""How many lines of source are shown before and after the call."""

_SIGNS: dict[State, str] = {"exercised": "✓", "retried": "↻", "missing": "✗"}

_MEANINGS: dict[State, str] = {
    "exercised": "the application received it",
    "retried": "only botocore saw it, and tried again",
    "missing": "no test has met it",
}

_KINDS: dict[Kind, str] = {
    "documented": "Documented by AWS for this operation",
    "observed": "Sent by AWS, though not documented",
    "common": "Common to all actions of AWS",
    "transport": "Transport: no answer came",
    "other": "Also met, though AWS documents no such error",
}


def to_html(report: Report, sources: Sources) -> str:
    """The page.

    :param sources: the source files of the call sites.
    """
    body = "\n".join([_summary(report), _contents(report), _files(report, sources)])
    return (
        _asset("page.html")
        .replace("{{style}}", _asset("page.css"))
        .replace("{{script}}", _asset("page.js"))
        .replace("{{title}}", f"{report.totals.shown_percent} · AppSync error coverage")
        .replace("{{body}}", body)
    )


def _asset(name: str) -> str:
    return (resources.files(__package__) / name).read_text("utf-8")


def _summary(report: Report) -> str:
    totals = report.totals
    counted = " and ".join(["documented", *report.include])
    where = _counted(len(report.sites), "call site")
    sentence = (
        f"of the {counted} errors that AppSync can answer at {where} have left the client in "
        "a test."
        if report.sites
        else report.why_empty
    )
    notes = "".join(f"<p class='note'>{html.escape(note)}</p>" for note in report.notes)
    counts = "".join(
        f"<li class='{state}'><b>{getattr(totals, state)}</b> "
        f"<span><i aria-hidden='true'>{_SIGNS[state]}</i> {state}</span><small>{text}</small></li>"
        for state, text in _MEANINGS.items()
    )
    return f"""<header>
<p class="eyebrow">AppSync error coverage</p>
<h1><span class="percent">{totals.shown_percent}</span> <span class="claim">{sentence}</span></h1>
{_bar(totals, "large")}
<ul class="counts">{counts}</ul>
{notes}</header>"""


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" + ("" if number == 1 else "s")


def _breakable(path: str) -> str:
    """The text, with a line break allowed after each ``/``."""
    return html.escape(path).replace("/", "/<wbr>")


def _bar(totals: Totals, size: str = "") -> str:
    parts = "".join(
        f"<i class='{state}' style='flex-grow:{number}'></i>"
        for state in STATES
        if (number := getattr(totals, state))
    )
    return f"<span class='{f'bar {size}'.strip()}' aria-hidden='true'>{parts}</span>"


def _contents(report: Report) -> str:
    rows = "".join(
        f"<tr><th scope='row'><a href='#{_id(site.place)}'>{_breakable(site.where)}</a></th>"
        f"<td class='operation'>{html.escape(site.place.operation)}</td>{_numbers(site.totals)}"
        "</tr>"
        for site in report.sites
    )
    return f"""<section aria-labelledby="contents">
<h2 id="contents">Call sites</h2>
<div class="card"><table>
<thead><tr><th scope="col">Call site</th><th scope="col" class="operation">Operation</th>
<th scope="col">Errors</th><th scope="col">Exercised</th><th scope="col">Retried</th>
<th scope="col">Missing</th><th scope="col">Cover</th></tr></thead>
<tbody>{rows}</tbody>
<tfoot><tr><th scope="row">Total</th><td class="operation"></td>{_numbers(report.totals)}</tr>
</tfoot>
</table></div>
</section>"""


def _numbers(totals: Totals) -> str:
    """The cells of a row. A narrow page has no head of columns: each cell names its own."""
    return (
        "".join(f"<td data-name='{name}'>{number}</td>" for name, number in asdict(totals).items())
        + f"<td class='cover'>{_bar(totals)}<span>{totals.shown_percent}</span></td>"
    )


def _files(report: Report, sources: Sources) -> str:
    sections = []
    subjects = suggestion.subjects(site.place for site in report.sites)
    for path, sites in groupby(report.sites, lambda site: site.place.path):
        articles = "\n".join(_article(site, sources, subjects[site.place]) for site in sites)
        title = _breakable(path) if path else "Threads and tasks of their own"
        sections.append(f"<section class='file'><h2>{title}</h2>\n{articles}\n</section>")
    return "\n".join(sections)


def _article(site: SiteReport, sources: Sources, subject: tuple[str, str]) -> str:
    place, totals = site.place, site.totals
    where = f"line {place.line} in <code>{html.escape(place.function)}</code>" if place.line else ""
    id = _id(place)
    return f"""<article aria-labelledby="{id}">
<div class="head"><h3 id="{id}">{html.escape(place.operation)}</h3>
<p>{where} · {_counted(site.calls, "call")}</p>
<p class="cover">{_bar(totals)}<span>{totals.shown_percent}</span></p></div>
{_source(site, sources)}
{"".join(_chips(site, kind) for kind in _KINDS)}
{_tests(site, subject, suggestion.module_of(place, sources.lines(place)))}
</article>"""


def _source(site: SiteReport, sources: Sources) -> str:
    lines = sources.lines(site.place)
    if not lines:
        return ""
    place = site.place
    first = max(1, place.line - _AROUND)
    rows = []
    marked = highlighted(tuple(lines))
    for number, text in enumerate(marked[first - 1 : place.line + _AROUND], first):
        is_call = number == place.line
        rows.append(
            f"<span class='line{' call' if is_call else ''}'"
            f"{' aria-current=true' if is_call else ''}>"
            f"<span class='no' aria-hidden='true'>{number}</span>{text or ' '}</span>"
        )
    label = html.escape(f"Source around {place.path}:{place.line}", quote=True)
    return (
        f'<pre class="source" tabindex="0" role="region" aria-label="{label}"><code>'
        + "\n".join(rows)
        + "</code></pre>"
    )


def _chips(site: SiteReport, kind: Kind) -> str:
    errors = site.of(kind)
    if not errors:
        return ""
    chips = "".join(f"<li>{_chip(error)}</li>" for error in errors)
    chips = f"<ul class='chips'>{chips}</ul>"
    title = _KINDS[kind]
    if errors[0].counted or kind == "other":
        return f"<h4>{title}</h4>{chips}"
    return (
        f"<details class='extra'><summary>{title}: {site.met(kind)}, not counted</summary>"
        f"{chips}</details>"
    )


def _chip(error: ErrorState) -> str:
    times = []
    if error.raised:
        times.append(_times("left the client", error.raised))
    if error.retried:
        times.append(_times("retried", error.retried))
    title = html.escape("; ".join(times) or "never met", quote=True)
    status = f"<small>{error.http_status}</small>" if error.http_status else ""
    return (
        f'<span class="chip {error.state}" title="{title}">'
        f"<i aria-hidden='true'>{_SIGNS[error.state]}</i> {html.escape(error.code)} {status}"
        f"<span class='sr'>: {error.state}, {title}</span></span>"
    )


def _times(what: str, number: int) -> str:
    return f"{what} once" if number == 1 else f"{what} {number} times"


def _tests(site: SiteReport, subject: tuple[str, str], module: str | None) -> str:
    open_errors = [error for error in site.errors if error.counted and error.state != "exercised"]
    if not open_errors:
        return "<p class='complete'>Every error that counts has been exercised here.</p>"
    items = "".join(
        f"<details class='test'><summary>{_chip(error)}"
        f"<span class='why'>{html.escape(_why(error))}</span></summary>"
        f"{_snippet(suggestion.for_error(site.place, error, subject, module))}</details>"
        for error in open_errors
    )
    every = ""
    kinds = [error.kind for error in open_errors if error.kind != "transport"]
    if len(kinds) > 1:
        test = suggestion.for_all(site.place, subject, module, common="common" in kinds)
        every = (
            "<details class='test every' open><summary><span class='chip plain'>All at once</span>"
            "<span class='why'>One test, run once for each error that AWS documents or was seen "
            "to send.</span>"
            f"</summary>{_snippet(test)}</details>"
        )
    return f"<h4>Tests that would exercise what is left</h4>{every}{items}"


def _why(error: ErrorState) -> str:
    if error.state == "retried":
        return "botocore has retried it each time so far. Let every attempt meet it."
    return error.documentation


def _snippet(code: str) -> str:
    text = "\n".join(highlighted(tuple(code.splitlines(keepends=True))))
    return (
        "<div class='snippet'><button type='button' hidden>Copy</button>"
        f"<pre tabindex='0'><code>{text}</code></pre></div>"
    )


def _id(place: Place) -> str:
    """The id of the call site's article, the same in each report."""
    parts = (place.path, str(place.line), place.function, place.operation)
    return "".join(char if char.isalnum() else "-" for char in "-".join(parts))
