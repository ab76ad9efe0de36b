import type { ConsoleDriver } from "./console-driver.ts";
import type { Journey } from "./journey.ts";

/** What interrupts a person at work. Nothing that was typed may be lost without a word. */

/** Back, while a form has changes: the page asks, and the person stays. */
export async function goBackAndStay(journey: Journey, { browser }: ConsoleDriver): Promise<void> {
  await browser.evaluate("history.back()");
  await journey.click("Keep editing");
}

/** Loads the page again, as it is in the address. */
export async function reload(pages: ConsoleDriver): Promise<void> {
  await pages.open(await pages.browser.evaluate<string>("location.pathname + location.search"));
}

/** The session has ended, and the page asks for the password over what the person does. */
export async function signInAgain(journey: Journey, password: string): Promise<void> {
  await journey.see("Sign in again to continue");
  await journey.wait("document.activeElement.matches('[role=dialog] input[type=password]')");
  await journey.type(password);
  await journey.press("Enter");
  await journey.wait("document.querySelector('input[type=password]') === null");
}
