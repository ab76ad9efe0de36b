import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Dialog } from "../../../ui/kit/dialog.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Sheet } from "../../../ui/kit/sheet.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { LONG_NAME, LONG_TEXT } from "./samples.ts";
import { FieldPlace, Row, Section } from "./section.tsx";

export function LayerSamples() {
  return (
    <Section title="Layers">
      <Row label="Dialog, drawer, sheet, toast">
        <Dialog
          role="alertdialog"
          title="Delete 12 leads?"
          trigger={<Button>Open the dialog</Button>}
          actions={(close) => (
            <>
              <Button onPress={close}>Cancel</Button>
              <Button variant="danger" onPress={close}>
                Delete 12 leads
              </Button>
            </>
          )}
        >
          Their notes and activities are deleted too. An administrator can restore them within 30 days.
        </Dialog>
        <Drawer
          title="Create lead"
          trigger={<Button>Open the drawer</Button>}
          actions={(close) => (
            <>
              <Button onPress={close}>Cancel</Button>
              <Button variant="primary" onPress={close}>
                Create lead
              </Button>
            </>
          )}
        >
          <div className="flex flex-col gap-4">
            <TextField label="Name" note="required" autoFocus />
            <TextField label="Company" />
            <TextField label="Email" />
            <TextField label="Phone" />
            <p>{LONG_TEXT}</p>
          </div>
        </Drawer>
        <Sheet title="More" trigger={<Button>Open the sheet</Button>}>
          {(close) => (
            <div className="flex flex-col gap-2">
              <Button variant="quiet" onPress={close}>
                Quotes
              </Button>
              <Button variant="quiet" onPress={close}>
                Contracts
              </Button>
            </div>
          )}
        </Sheet>
        <Button onPress={() => showToast({ text: "12 leads deleted", undo: () => undefined })}>Show a toast</Button>
        <Button onPress={() => showToast({ text: "The lead was not saved. Check your connection and try again", isError: true })}>
          Show an error
        </Button>
      </Row>
    </Section>
  );
}

export function FeedbackSamples() {
  return (
    <Section title="Feedback">
      <Banner kind="info" title="You see this page as a sales representative" action={<Button isSmall>End the view</Button>} />
      <Banner kind="success" title="4,310 leads were imported" onDismiss={() => undefined}>
        12 rows had errors and were left out.
      </Banner>
      <Banner kind="warning" title="Your connection is lost">
        Changes are kept on this device until it is back.
      </Banner>
      <Banner kind="danger" title={LONG_NAME} action={<Button isSmall>Try again</Button>} onDismiss={() => undefined}>
        {LONG_TEXT}
      </Banner>
      <Row label="Empty states">
        <FieldPlace>
          <EmptyState kind="empty" title="No leads yet" action={<Button variant="primary">Create lead</Button>}>
            Leads are people who may buy. Import a list or create the first one.
          </EmptyState>
        </FieldPlace>
        <FieldPlace>
          <EmptyState kind="nothing-found" title="No lead is new and from Bergen" action={<Button>Clear filters</Button>} />
        </FieldPlace>
        <FieldPlace>
          <EmptyState kind="forbidden" title="You may not see contracts">
            Ask Grace O’Connor, who administers the workspace.
          </EmptyState>
        </FieldPlace>
      </Row>
      <Row label="Skeletons">
        <FieldPlace>
          <div className="flex flex-col gap-4">
            <Skeleton width="short" />
            <Skeleton />
            <Skeleton shape="control" />
            <Skeleton shape="circle" />
          </div>
        </FieldPlace>
      </Row>
    </Section>
  );
}
