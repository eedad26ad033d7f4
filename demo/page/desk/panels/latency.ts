/** How long the last events took from the server's log to this tab's handler. */

import { milliseconds } from '../../format.ts';
import { h, panel, setAttribute, setText, svg, type View } from '../dom.ts';

const samples = 120;
const width = 480;
const height = 96;
/** A logarithmic scale up to here, so that neither 2 ms nor a replay after 5 s leaves the picture. */
const ceilingMs = 10_000;
const marks = [10, 100, 1_000];

const heightOf = (ms: number) => (Math.log10(1 + Math.min(ms, ceilingMs)) / Math.log10(1 + ceilingMs)) * height;

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export interface Latency extends View {
  add(timestamp: number): void;
}

export function createLatency(): Latency {
  const bars = svg('path', { class: 'bars' });
  const lines = marks.map((mark) => {
    const y = height - heightOf(mark);
    return svg('line', { class: 'mark', x1: 0, x2: width, y1: y, y2: y });
  });
  const figures = {
    p50: h('dd', { testId: 'latency-p50' }, '–'),
    p99: h('dd', { testId: 'latency-p99' }, '–'),
    last: h('dd', {}, '–'),
  };
  const picture = svg(
    'svg',
    { class: 'spark', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...lines,
    bars,
  );
  // Words outside of the stretched picture.
  const labels = marks.map((mark) =>
    h('span', { class: `mark-label mark-${mark}` }, mark < 1_000 ? `${mark} ms` : `${mark / 1_000} s`),
  );
  const element = panel(
    'latency',
    'Latency',
    h('p', { class: 'hint' }, `From the server’s log to this tab’s handler, last ${samples} events`),
    h('div', { class: 'spark-frame' }, picture, ...labels),
    h(
      'dl',
      { class: 'facts three' },
      h('div', {}, h('dt', {}, 'Half below (p50)'), figures.p50),
      h('div', {}, h('dt', {}, '99 of 100 below'), figures.p99),
      h('div', {}, h('dt', {}, 'Last'), figures.last),
    ),
  );
  const values: number[] = [];
  let dirty = false;

  return {
    element,
    add(timestamp) {
      values.push(Math.max(0, Date.now() - timestamp));
      if (values.length > samples) values.shift();
      dirty = true;
    },
    render() {
      if (!dirty) return;
      dirty = false;
      const step = width / samples;
      const start = width - values.length * step + step / 2;
      const path = values.map(
        (ms, i) => `M${(start + i * step).toFixed(1)} ${height}v${-Math.max(1, heightOf(ms)).toFixed(1)}`,
      );
      setAttribute(bars, 'd', path.join(''));
      const sorted = [...values].sort((a, b) => a - b);
      setText(figures.p50, milliseconds(quantile(sorted, 0.5)));
      setText(figures.p99, milliseconds(quantile(sorted, 0.99)));
      setText(figures.last, milliseconds(values.at(-1) ?? 0));
    },
  };
}
