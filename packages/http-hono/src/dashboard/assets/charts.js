// Draws the two charts of the overview, again with each state of the live stream. Times are those of the browser.

const section = document.getElementById('charts');
// As the legend shows it now, in the light or in the dark.
const colour = (name) => getComputedStyle(section.querySelector(`.key.${name}`)).backgroundColor;
const HEIGHT = 190;

let chart = JSON.parse(section.dataset.chart);
let plots = [];

function times() {
  return chart.stretches.map((_, index) => (chart.from + index * chart.stretchMs) / 1000);
}

// Bars stand on each other: each series is drawn as the sum of itself and of those below it, the tallest first.
const STACK = ['failed', 'unknown', 'retried', 'sent'];

function throughputData() {
  const upTo = (name) => STACK.slice(STACK.indexOf(name));
  return [
    times(),
    ...STACK.map((name) =>
      chart.stretches.map((one) => upTo(name).reduce((sum, each) => sum + one[each], 0)),
    ),
  ];
}

function durationData() {
  return [times(), chart.stretches.map(({ p95Ms }) => p95Ms), chart.stretches.map(({ p50Ms }) => p50Ms)];
}

function axes(vertical) {
  const { color, borderTopColor } = getComputedStyle(section.querySelector('figure'));
  const lines = { stroke: borderTopColor, width: 1 };
  const shared = { stroke: color, grid: lines, ticks: lines };
  const clock = (_, ticks) =>
    ticks.map((at) => {
      const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
      return new Date(at * 1000).toLocaleTimeString(
        [],
        chart.stretchMs < 30_000 ? { ...options, second: '2-digit' } : options,
      );
    });
  return [
    { ...shared, values: clock, space: 70, size: 30 },
    { ...shared, ...vertical, size: 62 },
  ];
}

function duration(ms) {
  if (ms < 1000) return `${ms} ms`;
  return `${Number((ms / 1000).toFixed(1))} s`;
}

function withoutNeighbours(values) {
  const isThere = (index) => values[index] != null;
  return values.flatMap((_, index) =>
    isThere(index) && !isThere(index - 1) && !isThere(index + 1) ? [index] : [],
  );
}

function make(id, series, vertical, data, highest) {
  const target = document.getElementById(id);
  const options = {
    width: target.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    // The outermost bars are whole.
    scales: {
      x: { range: (_, min, max) => [min - chart.stretchMs / 1000, max + chart.stretchMs / 1000] },
      y: { range: (_, __, max) => [0, Math.max(highest, max * 1.05)] },
    },
    axes: axes(vertical),
    series: [{}, ...series],
  };
  return { target, data, plot: new uPlot(options, data(), target) };
}

function draw() {
  for (const { plot } of plots) plot.destroy();
  const bars = uPlot.paths.bars({ size: [0.8, 40] });
  const stacked = STACK.map((name) => ({
    fill: colour(name),
    stroke: colour(name),
    width: 0,
    paths: bars,
    points: { show: false },
  }));
  const lines = ['p95', 'p50'].map((name) => ({
    stroke: colour(name),
    width: 2,
    spanGaps: true,
    // A value between two stretches without one has no line.
    points: { show: true, size: 5, filter: (plot, at) => withoutNeighbours(plot.data[at]) },
  }));
  const counts = {
    incrs: [1, 2, 5]
      .flatMap((step) => [1, 10, 100, 1e3, 1e4, 1e5].map((unit) => step * unit))
      .toSorted((a, b) => a - b),
    values: (_, ticks) => ticks.map((tick) => tick.toLocaleString()),
  };
  plots = [
    make('throughput', stacked, counts, throughputData, 1),
    make('durations', lines, { values: (_, ticks) => ticks.map(duration) }, durationData, 10),
  ];
}

document.addEventListener('state', ({ detail }) => {
  chart = detail.chart;
  document.getElementById('throughput-words').textContent = chart.words.throughput;
  document.getElementById('durations-words').textContent = chart.words.durations;
  for (const { plot, data } of plots) plot.setData(data());
});

new ResizeObserver(() => {
  for (const { target, plot } of plots) plot.setSize({ width: target.clientWidth, height: HEIGHT });
}).observe(section);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
draw();
