/** `onesocket/metrics`: the companion's figures for Prometheus, by `prom-client`. */
export { type Prometheus, type PrometheusOptions, prometheus } from './prometheus.ts';
