/** All keys, from the table of actions. */
import { Dialog } from "@/components/Dialog";
import { KeyTable } from "@/components/KeyTable";

export function KeyMap({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" isOpen onClose={onClose}>
      <KeyTable />
    </Dialog>
  );
}
