interface RowCheckboxProps {
  readonly label: string;
  readonly isSelected: boolean;
  readonly onChange: () => void;
}

/** The checkbox of a row. It is the browser's own: a list draws many rows while it scrolls. The tab key passes it, as Space and X choose the row. */
export function RowCheckbox({ label, isSelected, onChange }: RowCheckboxProps) {
  return (
    <label className="flex size-full items-center justify-center">
      <input
        type="checkbox"
        tabIndex={-1}
        aria-label={label}
        checked={isSelected}
        onChange={onChange}
        className="size-icon accent-accent focus-ring"
      />
    </label>
  );
}
