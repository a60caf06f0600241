"""Turns our dashboards into Grafana's JSON, with its own SDK.

The data source is a variable, so that the files import anywhere; ids and places follow from the order of the panels, so
that the same code makes the same bytes.
"""

import json
from itertools import count

from grafana_foundation_sdk.builders import bargauge, common, stat, timeseries
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.builders import prometheus as queries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.common import (
    BigValueGraphMode,
    LegendDisplayMode,
    LegendPlacement,
    StackingMode,
    TooltipDisplayMode,
    VizOrientation,
)

from dashboards.model import Dashboard, Kind, Panel, Query

TAG = "koerier"
_DATASOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
_HEIGHT, _NUMBER_HEIGHT = 8, 4
_Built = timeseries.Panel | stat.Panel | bargauge.Panel


def render(dashboard: Dashboard) -> str:
    """Return the dashboard's file."""
    made = (
        builders.Dashboard(dashboard.title)
        .uid(dashboard.uid)
        .description(dashboard.description)
        .tags([TAG])
        .timezone("browser")
        .refresh("30s")
        .time("now-1h", "now")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .readonly()
        .with_variable(builders.DatasourceVariable("datasource").label("Data source").type("prometheus"))
        .link(builders.DashboardLink("Koerier").type(models.DashboardLinkType.DASHBOARDS).tags([TAG]).as_dropdown(True))
    )
    numbers = count(1)
    for row in dashboard.rows:
        made.with_row(builders.Row(row.title).id(next(numbers)))
        for panel in row.panels:
            made.with_panel(_panel(panel).id(next(numbers)))
    return json.dumps(made.build(), cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _panel(panel: Panel) -> _Built:
    built = _shape(panel)
    built.title(panel.title).description(panel.description).datasource(_DATASOURCE).unit(panel.unit).span(panel.width)
    if panel.alarm is not None:
        built.thresholds(
            builders.ThresholdsConfig()
            .mode(models.ThresholdsMode.ABSOLUTE)
            .steps([models.Threshold(value=None, color="green"), models.Threshold(value=panel.alarm, color="red")])
        )
    for number, query in enumerate(panel.queries):
        built.with_target(_target(query, chr(ord("A") + number), instant=panel.kind in (Kind.NUMBER, Kind.BARS)))
    return built


def _shape(panel: Panel) -> _Built:
    match panel.kind:
        case Kind.NUMBER:
            return stat.Panel().height(_NUMBER_HEIGHT).graph_mode(BigValueGraphMode.NONE)
        case Kind.BARS:
            return bargauge.Panel().height(_HEIGHT).orientation(VizOrientation.HORIZONTAL)
        case Kind.LINES | Kind.STACKED:
            return _time_series(stacked=panel.kind is Kind.STACKED)


def _time_series(*, stacked: bool) -> timeseries.Panel:
    panel = (
        timeseries.Panel()
        .height(_HEIGHT)
        .min(0)
        .line_width(1)
        .fill_opacity(30 if stacked else 5)
        .legend(
            common.VizLegendOptions()
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        .tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI))
    )
    return panel.stacking(common.StackingConfig().mode(StackingMode.NORMAL)) if stacked else panel


def _target(query: Query, ref_id: str, *, instant: bool) -> queries.Dataquery:
    target = queries.Dataquery().expr(query.expr).legend_format(query.legend).ref_id(ref_id).datasource(_DATASOURCE)
    return target.instant() if instant else target.range()
