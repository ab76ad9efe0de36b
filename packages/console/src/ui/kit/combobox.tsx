import { ChevronDown } from "lucide-react";
import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useContext,
  useRef,
  useState,
} from "react";
import { Button } from "react-aria-components/Button";
import {
  ComboBox as AriaComboBox,
  type ComboBoxProps as AriaComboBoxProps,
  ComboBoxStateContext,
} from "react-aria-components/ComboBox";
import { OverlayTriggerStateContext } from "react-aria-components/Dialog";
import { Group } from "react-aria-components/Group";
import { Input } from "react-aria-components/Input";
import { ListBox } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import { FieldLabel, FieldMessages, type FieldProps } from "./field.tsx";
import { bareInputClass, fieldClass, groupClass } from "./field-classes.ts";
import { type Option, OptionItem, OptionNote, optionListClass } from "./option.tsx";
import { popoverClass } from "./popover.ts";

interface ComboboxProps
  extends FieldProps,
    Omit<AriaComboBoxProps<Option>, "children" | "className" | "style" | "isInvalid" | "validate" | "items" | "defaultItems"> {
  readonly options: readonly Option[];
  readonly placeholder?: string;
}

/** One of many choices that are all here already, such as countries and currencies. A `Reference` searches for records. */
export function Combobox({ label, help, error, note, isLabelHidden, options, placeholder, ...props }: ComboboxProps) {
  const t = useText();
  // Opened by itself, the list would hide the page from screen readers. It opens on the focus that the user gives.
  const [isFocusedByPage, setFocusedByPage] = useState(props.autoFocus === true);
  const fieldRef = useRef<HTMLDivElement>(null);
  return (
    <AriaComboBox
      {...props}
      onBlur={(event) => {
        setFocusedByPage(false);
        props.onBlur?.(event);
      }}
      isInvalid={error !== undefined}
      defaultItems={options}
      menuTrigger={isFocusedByPage ? "input" : "focus"}
      allowsEmptyCollection
      className={fieldClass}
    >
      <FieldLabel label={label} note={note} isLabelHidden={isLabelHidden} />
      <Group ref={fieldRef} className={groupClass}>
        <TypedInput placeholder={placeholder} />
        <Button className="flex h-full w-control shrink-0 items-center justify-end pe-2 text-text-muted">
          <ChevronDown />
        </Button>
      </Group>
      <FieldMessages help={help} error={error} />
      <FollowingPopover fieldRef={fieldRef}>
        <ListBox<Option>
          className={optionListClass}
          renderEmptyState={() => <OptionNote>{t("Nothing matches. Try another word.")}</OptionNote>}
        >
          {(option) => <OptionItem option={option} />}
        </ListBox>
      </FollowingPopover>
    </AriaComboBox>
  );
}

interface FollowingPopoverProps {
  readonly fieldRef: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

const isInView = (element: HTMLElement): boolean => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
};

/**
 * The list of a combobox. React Aria closes it when a part of the page scrolls that has the field, and that takes back a text without a choice. Here the
 * list follows its field. Out of view it closes, and the text stays.
 */
function FollowingPopover({ fieldRef, children }: FollowingPopoverProps) {
  const state = useContext(ComboBoxStateContext);
  const [isMoved, setMoved] = useState(false);
  const follow = (): void => {
    if (fieldRef.current !== null && isInView(fieldRef.current)) setMoved((before) => !before);
    else state?.setOpen(false);
  };
  return (
    <OverlayTriggerStateContext value={state && { ...state, close: follow }}>
      <Popover
        offset={4}
        // The list has no arrow. A changed property makes the popover look for its place again.
        arrowBoundaryOffset={isMoved ? 1 : 0}
        className={joinClasses(popoverClass, "w-(--trigger-width) min-w-field-short")}
      >
        {children}
      </Popover>
    </OverlayTriggerStateContext>
  );
}

/** The text of a combobox. Enter chooses the first entry that matches what was typed, as in lists of records. */
function TypedInput({ placeholder }: Pick<ComboboxProps, "placeholder">) {
  const state = useContext(ComboBoxStateContext);
  const chooseFirst = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || !state) return;
    const isTyped = state.inputValue.trim() !== "" && state.inputValue !== (state.selectedItem?.textValue ?? "");
    if (!isTyped || state.selectionManager.focusedKey !== null) return;
    const first = state.collection.getFirstKey();
    if (state.isOpen && first === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (!state.isOpen || first === null) {
      // The list was closed because the field was out of view.
      state.open(null, "input");
      return;
    }
    state.setSelectedKey(first);
    state.close();
  };
  // With the focus, the text is selected: what is typed replaces it. The press of a mouse would put the cursor into it afterwards.
  const isFocusedByPress = useRef(false);
  const press = ({ currentTarget }: MouseEvent<HTMLInputElement>): void => {
    isFocusedByPress.current = document.activeElement !== currentTarget;
  };
  const selectText = ({ currentTarget }: FocusEvent<HTMLInputElement>): void => currentTarget.select();
  // A click in a field that has the focus already opens the list, too.
  const click = ({ currentTarget }: MouseEvent<HTMLInputElement>): void => {
    if (isFocusedByPress.current) currentTarget.select();
    if (state && !state.isOpen) state.open(null, "manual");
  };
  return (
    <div role="presentation" className="contents" onKeyDownCapture={chooseFirst}>
      <Input placeholder={placeholder} onMouseDown={press} onFocus={selectText} onClick={click} className={bareInputClass} />
    </div>
  );
}
