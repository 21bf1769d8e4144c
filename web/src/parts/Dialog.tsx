import { useEffect, useId, useRef, type ReactElement, type ReactNode } from "react";

export interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A question that waits for an answer. The browser keeps the focus inside and gives it back; Escape closes. */
export function Dialog({ title, onClose, children }: DialogProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    shown?.showModal();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={heading} onCancel={(event) => (event.preventDefault(), onClose())}>
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}
