package io.trivet.cli.status;

import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.model.Debt;

/** The debt, drawn like a transfer: what was repaired of the largest debt seen. One thread. */
public final class OwedProgress {
    private final ProgressDisplay display;
    private long most;
    private long done;

    public OwedProgress(ProgressDisplay display) {
        this.display = display;
    }

    public void show(Debt debt) {
        most = Math.max(most, debt.bytes());
        long madeGood = most - debt.bytes();
        display.meter().movedLocally(madeGood - done);
        done = madeGood;
        display.meter().expect(most > 0 ? most : -1);
    }
}
