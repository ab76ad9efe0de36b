interface RowCheckboxProps {
  readonly label: string;
  readonly isSelected: boolean;
  /** Some of the rows are chosen: for the checkbox of all rows. */
  readonly isIndeterminate?: boolean;
  /** `isRange`: Shift was held, which chooses the rows from the one that was pressed before. */
  readonly onChange: (isRange: boolean) => void;
}

/** The checkbox of a row. It is the browser's own: a list draws many rows while it scrolls. The tab key passes it, as Space and X choose the row. */
export function RowCheckbox({ label, isSelected, isIndeterminate = false, onChange }: RowCheckboxProps) {
  return (
    <label className="flex size-full items-center ps-6 select-none">
      <input
        ref={(input) => {
          if (input) input.indeterminate = isIndeterminate;
        }}
        type="checkbox"
        tabIndex={-1}
        aria-label={label}
        checked={isSelected}
        onChange={({ nativeEvent }) => onChange(nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)}
        className="row-checkbox size-icon focus-ring"
      />
    </label>
  );
}
