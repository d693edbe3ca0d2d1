package io.trivet.bench;

import java.util.Locale;
import java.util.Optional;

/**
 * A line of a table: a contender's figure, and the local disk's figure of the same minutes if the
 * disk can do something comparable.
 */
record TableLine(String what, Unit unit, Figure figure, Optional<Figure> disk) {
    enum Unit {
        SECONDS("s", 2),
        FILES_PER_SECOND("/s", 0),
        FILES("files", 0),
        CPU_SECONDS_PER_GIBIBYTE("s/GiB", 2),
        CPU_MS_PER_FILE("ms", 2),
        MEBIBYTES("MiB", 0);

        private final String text;
        private final int digits;

        Unit(String text, int digits) {
            this.text = text;
            this.digits = digits;
        }

        String text() {
            return text;
        }

        String number(double value) {
            return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%,." + digits + "f", value);
        }

        String range(Series values) {
            return number(values.least()) + " to " + number(values.most());
        }
    }

    static TableLine of(String what, Unit unit, Figure figure, Figure disk) {
        return new TableLine(what, unit, figure, Optional.of(disk));
    }

    static TableLine of(String what, Unit unit, Figure figure) {
        return new TableLine(what, unit, figure, Optional.empty());
    }

    /** The ratio to the disk's figure: less is better for a time, more for a rate. */
    Optional<String> ratio() {
        return disk.filter(local -> local.median() > 0)
                .map(local -> String.format(Locale.ROOT, "%.2f x", figure.median() / local.median()));
    }
}
