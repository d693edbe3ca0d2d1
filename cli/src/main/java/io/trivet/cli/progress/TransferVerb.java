package io.trivet.cli.progress;

import io.trivet.cli.text.Text;

/** The direction of a transfer of many files. */
public enum TransferVerb {
    SAVE,
    LOAD,
    SYNC;

    /** {@code saved /tree: 1000 files, 500 MiB}. */
    public Text did(Object what, Text sum) {
        return switch (this) {
            case SAVE -> Text.of("saved {0}: {1}", what, sum);
            case LOAD -> Text.of("loaded {0}: {1}", what, sum);
            case SYNC -> Text.of("synchronized {0}: {1}", what, sum);
        };
    }

    /** {@code would save /tree: 1000 files, 500 MiB}. */
    public Text would(Object what, Text sum) {
        return switch (this) {
            case SAVE -> Text.of("would save {0}: {1}", what, sum);
            case LOAD -> Text.of("would load {0}: {1}", what, sum);
            case SYNC -> Text.of("would synchronize {0}: {1}", what, sum);
        };
    }
}
