import { Copy, Ellipsis, Mail, Pencil, Phone, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { moveColumn } from "../../../ui/grid/grid-keys.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { hues } from "../../../ui/kit/hue.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Kbd } from "../../../ui/kit/kbd.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuDivider, MenuItem, MenuSection, Submenu } from "../../../ui/kit/menu.tsx";
import { NavTabs } from "../../../ui/kit/nav-tabs.tsx";
import { OrderList } from "../../../ui/kit/order-list.tsx";
import { Panel } from "../../../ui/kit/panel.tsx";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { StagePath } from "../../../ui/kit/stage-path.tsx";
import { Tabs } from "../../../ui/kit/tabs.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { Tooltip } from "../../../ui/kit/tooltip.tsx";
import { ARABIC_NAME, LONG_NAME } from "./samples.ts";
import { FieldPlace, Row, Section } from "./section.tsx";

export function ButtonSamples() {
  return (
    <Section title="Button">
      <Row label="Variants">
        <Button variant="primary">Create lead</Button>
        <Button>Cancel</Button>
        <Button variant="quiet">Skip</Button>
        <Button variant="danger">Delete 12 leads</Button>
      </Row>
      <Row label="With an icon, small, in progress, disabled">
        <Button icon={<Plus />}>Add a contact</Button>
        <Button isSmall icon={<Mail />}>
          Send mail
        </Button>
        <Button variant="primary" isPending>
          Saving…
        </Button>
        <Button isDisabled>Merge</Button>
        <Button variant="primary" isDisabled>
          Merge
        </Button>
      </Row>
      <Row label="Long and Arabic">
        <FieldPlace>
          <Button>{LONG_NAME}</Button>
        </FieldPlace>
        <Button>{ARABIC_NAME}</Button>
      </Row>
      <Row label="Icon buttons">
        <IconButton label="Edit" icon={<Pencil />} shortcut="E" />
        <IconButton isSmall label="Copy link" icon={<Copy />} />
        <IconButton variant="secondary" label="Call" icon={<Phone />} />
        <IconButton isPending label="Calling" icon={<Phone />} />
        <IconButton isDisabled label="Delete" icon={<Trash2 />} />
      </Row>
    </Section>
  );
}

export function ProgressSamples() {
  return (
    <Section title="Progress bar">
      <Row label="Nothing yet, some, all, of an amount that is not known">
        {[0, 1200, 4310].map((value) => (
          <FieldPlace key={value}>
            <ProgressBar label="Changing leads" value={value} max={4310} />
          </FieldPlace>
        ))}
        <FieldPlace>
          <ProgressBar label="Finding the records" value={0} max={undefined} />
        </FieldPlace>
      </Row>
    </Section>
  );
}

export function LabelSamples() {
  return (
    <Section title="Link, tag, avatar, keys">
      <Row label="Links">
        <p>
          Read <Link href="/_kit">how stages work</Link> before you change one.
        </p>
        <p>
          <Link variant="title" href="/_kit">
            Northwind Boats
          </Link>
        </p>
        <p>
          <Link variant="muted" href="/_kit">
            anna@northwind.example
          </Link>
        </p>
        <p>
          <Link isDisabled href="/_kit">
            Not available
          </Link>
        </p>
      </Row>
      <Row label="Tags in ten hues">
        {hues.map((hue) => (
          <Tag key={hue} hue={hue} hasDot label={hue.charAt(0).toUpperCase() + hue.slice(1)} />
        ))}
      </Row>
      <Row label="Removable, long, Arabic">
        <Tag label="VIP" onRemove={() => undefined} />
        <Tag label={ARABIC_NAME} hue="teal" hasDot />
        <FieldPlace>
          <Tag label={LONG_NAME} hue="purple" onRemove={() => undefined} />
        </FieldPlace>
      </Row>
      <Row label="Avatars">
        <Avatar name="Anna Berger" />
        <Avatar name="Tomás Oliveira" size="large" />
        <Avatar name="Mei Tanaka" hasName />
        <Avatar name={ARABIC_NAME} hasName />
        <Avatar name="" />
        <FieldPlace>
          <Avatar name={LONG_NAME} hasName />
        </FieldPlace>
      </Row>
      <Row label="Keys">
        <Kbd keys="Ctrl K" />
        <Kbd keys="G" />
      </Row>
    </Section>
  );
}

export function MenuSamples() {
  return (
    <Section title="Menu and tooltip">
      <Row label="Menus">
        <Menu trigger={<Button icon={<Ellipsis />}>Actions</Button>} disabledKeys={["merge"]}>
          <MenuItem id="edit" label="Edit" icon={<Pencil />} shortcut="E" />
          <MenuItem id="copy" label="Copy link" icon={<Copy />} />
          <MenuItem id="merge" label="Merge" description="Nothing looks like this lead" />
          <Submenu item={<MenuItem id="more" label="Log" icon={<Phone />} />}>
            <MenuItem id="call" label="Call" icon={<Phone />} />
            <MenuItem id="mail" label="Mail" icon={<Mail />} />
          </Submenu>
          <MenuItem id="long" label={LONG_NAME} />
          <MenuDivider />
          <MenuItem id="delete" label="Delete" icon={<Trash2 />} isDanger />
        </Menu>
        <Menu trigger={<Button>Choose columns</Button>} selectionMode="multiple" defaultSelectedKeys={["name", "owner"]}>
          <MenuSection title="Columns">
            <MenuItem id="name" label="Name" />
            <MenuItem id="owner" label="Owner" />
            <MenuItem id="amount" label="Amount" />
          </MenuSection>
        </Menu>
        <Tooltip text="Sent on Friday, 27 November 2026 at 10:30">
          <Button>With a tooltip</Button>
        </Tooltip>
      </Row>
    </Section>
  );
}

export function TabSamples() {
  const [view, setView] = useState("table");
  const [stage, setStage] = useState("qualified");
  const stages = [
    { id: "new", label: "New" },
    { id: "qualified", label: ARABIC_NAME },
    { id: "proposal", label: LONG_NAME },
    { id: "won", label: "Won" },
  ];
  const segments = [
    { id: "table", label: "Table" },
    { id: "board", label: "Board" },
    { id: "calendar", label: "Calendar", isDisabled: true },
  ];
  return (
    <Section title="Tabs and segmented control">
      <Tabs
        label="Views"
        tabs={[
          {
            id: "all",
            label: "All leads",
            count: "4,310",
            content: <p className="text-text-muted">All leads that you can see.</p>,
          },
          { id: "mine", label: "Mine", count: "12", content: <p className="text-text-muted">Leads that you own.</p> },
          { id: "team", label: "Team", isDisabled: true, content: null },
          { id: "arabic", label: ARABIC_NAME, content: null },
          { id: "long", label: LONG_NAME, content: null },
        ]}
      />
      <NavTabSamples />
      <Row label="Segmented control">
        <SegmentedControl label="Display" segments={segments} value={view} onChange={setView} />
        <SegmentedControl label="Disabled display" segments={segments} value="board" onChange={setView} isDisabled />
      </Row>
      <StagePath label="Stage" stages={stages} value={stage} onChange={setStage} />
      <StagePath label="Stage without moves" stages={stages} value={null} />
    </Section>
  );
}

const views = ["all", "mine", "arabic", "long"];
const viewLabels: Readonly<Record<string, string>> = {
  all: "All leads",
  mine: "My open leads",
  arabic: ARABIC_NAME,
  long: LONG_NAME,
};

function NavTabSamples() {
  const [order, setOrder] = useState<readonly string[]>(views);
  const [chosen, setChosen] = useState<readonly string[]>(["mine", "all"]);
  const entries = [...chosen, ...views.filter((id) => !chosen.includes(id))];
  return (
    <div className="flex min-w-0 items-center gap-2 border-b border-border">
      <NavTabs
        label="Saved views"
        hint="Alt and an arrow move it"
        onMove={(id, places) => setOrder(moveColumn(order, id, places))}
        tabs={order.map((id) => ({
          id,
          label: viewLabels[id] ?? id,
          href: "/_kit",
          isCurrent: id === "mine",
          isMovable: id !== "all",
          ...(id === "mine" ? { action: <IconButton isSmall label="Actions of the view" icon={<Ellipsis />} /> } : {}),
        }))}
      />
      <Panel label="Columns" trigger={<Button isSmall>Columns</Button>}>
        <OrderList
          label="Columns"
          entries={entries.map((id) => ({ id, label: viewLabels[id] ?? id }))}
          chosen={chosen}
          onChange={setChosen}
        />
      </Panel>
    </div>
  );
}
