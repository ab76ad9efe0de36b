import type { LiveMessage, LivePorts } from "./live.ts";

/** The ports of a tab in a browser. `name` is that of tenant and user, so that others in the same browser are not told. */
export function createBrowserPorts(name: string, read: LivePorts["read"]): LivePorts {
  const channelName = `crm.live ${name}`;
  return {
    read,
    runAlone: async (task, signal) => {
      // A page without TLS has no locks: there each tab polls.
      if (navigator.locks === undefined) return task();
      // The tab was hidden while it waited.
      await navigator.locks.request(channelName, { signal }, task).then(undefined, () => undefined);
    },
    channel: {
      post: (message) => {
        const channel = new BroadcastChannel(channelName);
        channel.postMessage(message);
        channel.close();
      },
      listen: (listener) => {
        const channel = new BroadcastChannel(channelName);
        channel.onmessage = ({ data }) => listener(data as LiveMessage);
        return () => channel.close();
      },
    },
    watchVisibility: (listener) => {
      const tell = (): void => listener(document.visibilityState === "visible");
      document.addEventListener("visibilitychange", tell);
      tell();
      return () => document.removeEventListener("visibilitychange", tell);
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        signal.addEventListener("abort", () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
