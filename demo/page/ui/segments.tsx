import { useId } from 'react';

interface SegmentsProps<Value extends string | number> {
  /** Read out, and shown unless `quiet`. */
  readonly label: string;
  readonly quiet?: boolean;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly testId?: string }[];
  readonly value: Value | undefined;
  readonly onChange: (value: Value) => void;
}

/** One of a few: radio buttons that look like one control. */
export function Segments<Value extends string | number>({
  label,
  quiet,
  options,
  value,
  onChange,
}: SegmentsProps<Value>) {
  const name = useId();
  return (
    <fieldset className="segments">
      <legend className={quiet ? 'visually-hidden' : undefined}>{label}</legend>
      <div>
        {options.map((option) => (
          <label key={option.value} data-testid={option.testId}>
            <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
