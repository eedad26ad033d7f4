export function Brand() {
  return (
    <span className="brand">
      <span className="brand-mark" aria-hidden="true" />
      <span className="brand-name">OneSocket</span>
    </span>
  );
}
