/** What stands where a page cannot. */
import { Link } from "@tanstack/react-router";
import { failureOf } from "@/api/failure";
import { Empty, Failed } from "@/components/States";

export function NotFound() {
  return (
    <main>
      <Empty title="There is no such page">
        <p>
          The address names nothing here. <Link to="/">All runs</Link> are a good place to start from.
        </p>
      </Empty>
    </main>
  );
}

export function PageFailed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  return (
    <main>
      <Failed failure={failureOf(error)} onRetry={onRetry} />
    </main>
  );
}
