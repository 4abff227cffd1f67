/** @jsxImportSource preact */
/** One of several, or any, in a form that makes an address. */

interface SelectProps {
  readonly label: string;
  readonly name: string;
  /** What stands for no choice. */
  readonly any: string;
  readonly options: readonly (readonly [value: string, said: string])[];
  /** `null` or absent: none. */
  readonly chosen: string | null | undefined;
}

/** A value that a link has and the list has not stays chosen. */
export function Select({ label, name, any, options, chosen }: SelectProps) {
  const isOther = Boolean(chosen) && options.every(([value]) => value !== chosen);
  const all = isOther ? [...options, [chosen ?? "", chosen ?? ""] as const] : options;
  return (
    <label>
      {label}{" "}
      <select name={name}>
        <option value="">{any}</option>
        {all.map(([value, said]) => (
          <option value={value} selected={value === chosen}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );
}
