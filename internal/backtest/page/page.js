"use strict";
// The numbers stand in the page; names are text and never become part of a program.
const data = JSON.parse(document.getElementById("data").textContent);
const colours = ["#7f8c9b", "#b3261e", "#0b57d0", "#146c2e", "#8a5a00", "#6a1b9a"];

function draw(id, series) {
  const place = document.getElementById(id);
  if (!place || data.days.length === 0) return;
  const x = data.days.map((day) => Date.parse(day + "T00:00:00Z") / 1000);
  const bars = uPlot.paths.bars({ size: [0.7, 60] });
  const options = {
    width: place.clientWidth || 900,
    height: 260,
    tzDate: (ts) => uPlot.tzDate(new Date(ts * 1e3), "Etc/UTC"),
    scales: { x: { time: true, range: (_, min, max) => [min - 43200, max + 43200] }, y: { range: (_, min, max) => [0, Math.max(1, max * 1.1)] } },
    axes: [{ space: 80, values: (_, ticks) => ticks.map((t) => new Date(t * 1e3).toISOString().slice(5, 10)), incrs: [86400, 7 * 86400, 30 * 86400, 90 * 86400] }, { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 1e4, 1e5] }],
    series: [{ label: "Day", value: (_, t) => (t == null ? "" : new Date(t * 1e3).toISOString().slice(0, 10)) }].concat(
      series.map((s, i) => ({
        label: s.name, stroke: colours[i % colours.length], width: 2, points: { show: s.bars !== true, size: 6 },
        fill: s.bars ? colours[i % colours.length] + "66" : undefined, paths: s.bars ? bars : undefined,
      })),
    ),
  };
  new uPlot(options, [x].concat(series.map((s) => s.values)), place);
}

draw("all", [{ name: "alerts", values: data.alerts, bars: true }]);
draw("rules", data.rules);
