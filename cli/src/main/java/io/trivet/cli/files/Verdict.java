package io.trivet.cli.files;

import io.trivet.cli.progress.ProgressDisplay;
import io.trivet.cli.progress.TransferTotals;
import io.trivet.cli.text.Text;

/** What becomes of a target that exists. */
enum Verdict {
    /** It is what the source is: it is kept. */
    UNCHANGED,
    /** It is newer than the source: it is kept, and reported. */
    TARGET_NEWER,
    TRANSFER;

    /** Counts and reports a kept target; false if the file must be transferred. */
    boolean settles(String target, TransferTotals transferTotals, ProgressDisplay display) {
        switch (this) {
            case UNCHANGED -> transferTotals.unchanged();
            case TARGET_NEWER -> {
                transferTotals.newer();
                display.complain(Text.of("kept {0}: it is newer than its source", target));
            }
            case TRANSFER -> {
                return false;
            }
        }
        return true;
    }
}
