import { Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ValueProvider } from "../../input/fields/value-provider.tsx";
import { InlineCreate } from "../../input/form/inline-create.tsx";
import { SessionGate } from "../session/session-gate.tsx";
import { AppShell } from "./app-shell.tsx";

/** Every page of a signed-in user. */
export function ConsoleLayout({ foot }: { readonly foot: ReactNode }) {
  return (
    <SessionGate>
      <ValueProvider>
        <InlineCreate>
          <AppShell foot={foot}>
            <Outlet />
          </AppShell>
        </InlineCreate>
      </ValueProvider>
    </SessionGate>
  );
}
