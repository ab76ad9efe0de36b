import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

const isPlainClick = (event: MouseEvent): boolean =>
  event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

/** Opens pages of the console without a reload when the browser's own links to them are clicked. Links of React Aria do it themselves. */
export function useLinkNavigation(): void {
  const router = useRouter();
  useEffect(() => {
    const follow = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
      if (!link || event.defaultPrevented || !isPlainClick(event)) return;
      const isOwn = link.origin === location.origin && link.pathname.startsWith("/crm/");
      if (!isOwn || link.target === "_blank" || link.hasAttribute("download")) return;
      event.preventDefault();
      void router.navigate({ href: link.pathname + link.search + link.hash });
    };
    document.addEventListener("click", follow);
    return () => document.removeEventListener("click", follow);
  }, [router]);
}
