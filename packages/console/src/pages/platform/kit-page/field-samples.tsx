import { Search } from "lucide-react";
import { useState } from "react";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { DateField } from "../../../ui/kit/date-field.tsx";
import { DateRange, type DayRange } from "../../../ui/kit/date-range.tsx";
import { FileDrop, type FileEntry } from "../../../ui/kit/file-drop.tsx";
import { MoneyField } from "../../../ui/kit/money-field.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import type { Option } from "../../../ui/kit/option.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { RichText } from "../../../ui/kit/rich-text.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Switch } from "../../../ui/kit/switch.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { ARABIC_NAME, countries, customers, LONG_NAME, LONG_TEXT, statuses, ZONE } from "./samples.ts";
import { FieldPlace, Row, Section } from "./section.tsx";

export function TextSamples() {
  return (
    <Section title="Text">
      <Row label="States">
        <FieldPlace>
          <TextField label="Company" note="required" placeholder="Northwind Boats" />
        </FieldPlace>
        <FieldPlace>
          <TextField label="Website" note="optional" help="With https://" defaultValue="https://northwind.example" />
        </FieldPlace>
        <FieldPlace>
          <TextField label="Email" defaultValue="anna@northwind" error="This is no email address. Add the ending, such as .com" />
        </FieldPlace>
        <FieldPlace>
          <TextField label="Lead number" defaultValue="L-2026-00417" isDisabled help="Set by the system" />
        </FieldPlace>
        <FieldPlace>
          <TextField label="Search" icon={<Search />} placeholder="Name, email or phone" />
        </FieldPlace>
        <FieldPlace>
          <TextField label="Working time" suffix="hours a week" defaultValue="38.5" />
        </FieldPlace>
        <FieldPlace>
          <TextField label={LONG_TEXT} defaultValue={LONG_NAME} help={LONG_TEXT} />
        </FieldPlace>
        <FieldPlace>
          <TextField label="الشركة" defaultValue={ARABIC_NAME} />
        </FieldPlace>
      </Row>
      <Row label="Several lines">
        <FieldPlace>
          <TextArea label="Note" help="Colleagues who see the lead can read it" defaultValue={LONG_TEXT} />
        </FieldPlace>
        <FieldPlace>
          <TextArea label="Reason" error="Say why the deal is lost" />
        </FieldPlace>
        <FieldPlace>
          <RichText
            label="Mail"
            note="optional"
            value="<p>Dear Anna,</p><p>thank you for <strong>your call</strong>.</p>"
            onChange={() => undefined}
          />
        </FieldPlace>
        <FieldPlace>
          <RichText
            label="Comment"
            value=""
            placeholder="What happened?"
            error="Write at least a word"
            onChange={() => undefined}
          />
        </FieldPlace>
      </Row>
    </Section>
  );
}

export function NumberSamples() {
  const [amount, setAmount] = useState<string | null>("123456789012345.67");
  const [day, setDay] = useState<string | null>("2026-11-27");
  const [last, setLast] = useState<string | null>("9999-12-31");
  const [range, setRange] = useState<DayRange | null>({ start: "2026-11-01", end: "2026-11-30" });
  const [none, setNone] = useState<string | null>(null);
  return (
    <Section title="Numbers, money, dates">
      <Row label="Numbers and money">
        <FieldPlace>
          <NumberField label="Employees" defaultValue={1200} minValue={0} hasSteps />
        </FieldPlace>
        <FieldPlace>
          <NumberField
            label="Probability"
            defaultValue={0.65}
            formatOptions={{ style: "percent" }}
            error="A won deal has 100 %"
          />
        </FieldPlace>
        <FieldPlace>
          <NumberField label="Version" defaultValue={3} isDisabled />
        </FieldPlace>
        <FieldPlace>
          <MoneyField label="Amount" currency="EUR" value={amount} onChange={setAmount} help="Without tax" />
        </FieldPlace>
        <FieldPlace>
          <MoneyField label="Price in yen" currency="JPY" value="1200" onChange={() => undefined} isDisabled />
        </FieldPlace>
        <FieldPlace>
          <MoneyField
            label="Budget"
            currency="USD"
            value={null}
            onChange={() => undefined}
            error="Enter a budget of at least $1,000"
          />
        </FieldPlace>
      </Row>
      <Row label="Dates">
        <DateField label="Close date" note="required" value={day} onChange={setDay} />
        <DateField label="Never ends" value={last} onChange={setLast} />
        <DateField label="Birthday" note="optional" value={none} onChange={setNone} help="Day, month, year" />
        <DateField label="Due" value="2026-11-01" onChange={() => undefined} error="Choose a day from today on" />
        <DateField label="Created" value="2026-11-27" onChange={() => undefined} isDisabled />
        <DateRange label="Period" value={range} onChange={setRange} timeZone={ZONE} />
      </Row>
    </Section>
  );
}

const search = async (text: string): Promise<readonly Option[]> =>
  customers.filter(({ label }) => label.toLocaleLowerCase().includes(text.toLocaleLowerCase()));

export function ChoiceSamples() {
  const [customer, setCustomer] = useState<Option | null>(customers[0] ?? null);
  const [none, setNone] = useState<Option | null>(null);
  const [isOn, setOn] = useState(true);
  return (
    <Section title="Choices">
      <Row label="Select and combobox">
        <FieldPlace>
          <Select label="Status" options={statuses} defaultValue="qualified" />
        </FieldPlace>
        <FieldPlace>
          <Select label="Statuses" selectionMode="multiple" options={statuses} defaultValue={["new", "contacted"]} />
        </FieldPlace>
        <FieldPlace>
          <Select label="Reason" note="required" options={statuses} error="Choose why the deal is lost" />
        </FieldPlace>
        <FieldPlace>
          <Select label="Stage" options={[]} help="An administrator adds stages" />
        </FieldPlace>
        <FieldPlace>
          <Select label="Pipeline" options={statuses} isDisabled defaultValue="new" />
        </FieldPlace>
        <FieldPlace>
          <Combobox label="Country" options={countries} defaultSelectedKey="germany" />
        </FieldPlace>
      </Row>
      <Row label="Reference">
        <FieldPlace>
          <Reference
            label="Customer"
            value={customer}
            onChange={setCustomer}
            search={search}
            onCreate={async (label) => ({ id: `new-${label}`, label })}
          />
        </FieldPlace>
        <FieldPlace>
          <Reference
            label="Contact"
            note="optional"
            value={none}
            onChange={setNone}
            search={search}
            placeholder="Name or email"
          />
        </FieldPlace>
        <FieldPlace>
          <Reference label="Owner" value={null} onChange={() => undefined} search={search} error="Choose an owner" />
        </FieldPlace>
        <FieldPlace>
          <Reference label="Source" value={{ id: "long", label: LONG_NAME }} onChange={() => undefined} search={search} />
        </FieldPlace>
        <FieldPlace>
          <Reference
            label="Campaign"
            value={{ id: "c", label: ARABIC_NAME }}
            onChange={() => undefined}
            search={search}
            isDisabled
          />
        </FieldPlace>
      </Row>
      <Row label="Checkbox and switch">
        <Checkbox defaultSelected>Send a copy to me</Checkbox>
        <Checkbox isIndeterminate>All rows</Checkbox>
        <Checkbox help="At most one mail a day">Digest</Checkbox>
        <Checkbox error="Agree before you send">I agree</Checkbox>
        <Checkbox isDisabled>Not available</Checkbox>
        <Switch isSelected={isOn} onChange={setOn} help="Acts at once">
          Notifications
        </Switch>
        <Switch>Dark mode</Switch>
        <Switch isDisabled>Not available</Switch>
        <FieldPlace>
          <Checkbox>{LONG_NAME}</Checkbox>
        </FieldPlace>
      </Row>
    </Section>
  );
}

const files: readonly FileEntry[] = [
  { id: "1", name: "Quote for the refit.pdf", bytes: 1_432_000 },
  { id: "2", name: "hull.jpg", bytes: 5_100_000, progress: 0.4 },
  { id: "3", name: `${LONG_NAME}.docx`, bytes: 900, error: "The file could not be sent. Remove it and try again" },
];

export function FileSamples() {
  return (
    <Section title="Files">
      <Row label="With files, disabled">
        <FieldPlace>
          <FileDrop
            label="Drop documents here"
            help="PDF or pictures, at most 10 MB each"
            accept={[".pdf", "image/*"]}
            maxBytes={10_000_000}
            isMultiple
            files={files}
            onAdd={() => undefined}
            onRemove={() => undefined}
          />
        </FieldPlace>
        <FieldPlace>
          <FileDrop label="Logo" maxBytes={1_000_000} files={[]} onAdd={() => undefined} onRemove={() => undefined} isDisabled />
        </FieldPlace>
      </Row>
    </Section>
  );
}
