/** The page's icons: strokes of one weight in a box of 24. */

const paths = {
  desk: 'M4 5h16v10H4zM9 20h6M12 15v5',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4',
  learning: 'M3 9l9-4 9 4-9 4zM7 11v5c3 2.4 7 2.4 10 0v-5M21 9v6',
  shop: 'M5 9h14l-1 11H6zM9 9V7a3 3 0 0 1 6 0v2',
  operations: 'M3 12h4l3-8 4 16 3-8h4',
  panes: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  crown: 'M4 18 3 8l5 4 4-7 4 7 5-4-1 10z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6 6 18',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  auto: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
  out: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.5l3 2',
  refresh: 'M19 12a7 7 0 1 1-2-4.9L19 9M19 4.5V9h-4.5',
  warning: 'M12 4.5 2.8 20h18.4zM12 10.5v4.5M12 17.3v.2',
  info: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 11v5M12 8v.2',
  search: 'M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 15.5 20 20',
  send: 'M4 12l16-8-6 16-3-6zM11 14l9-10',
  more: 'M6 12h.1M12 12h.1M18 12h.1',
  play: 'M8 5l11 7-11 7z',
  down: 'M6 9l6 6 6-6',
  flag: 'M6 21V4M6 5h12l-3 4 3 4H6',
  compass: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM15.5 8.5l-2 5-5 2 2-5z',
  coin: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM14.5 9.5c-2-2-5.500-.5-5.500 2.500s3.500 4.500 5.500 2.500',
  star: 'M12 4l2.400 5.200 5.600.600-4.200 3.800 1.200 5.600-5-2.900-5 2.900 1.200-5.600L4 9.800l5.600-.600z',
} as const;
export type IconName = keyof typeof paths;

/** An ornament: whatever it stands on has a name of its own. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
