package io.trivet.cli;

import io.trivet.client.Profiles;
import java.nio.file.Path;
import java.util.Locale;

/** Where this program keeps what it remembers for this user: the shell's history, what interrupted saves go on from, where the nodes of clusters were. */
final class StateDirectory {
    private StateDirectory() {}

    /** {@code ~/.local/state/trivet}, or below XDG_STATE_HOME; on a Mac below Library, on Windows below LOCALAPPDATA. */
    static Path of(Console console) {
        return of(console.environment().getOrDefault("XDG_STATE_HOME", ""), console, System.getProperty("os.name", ""));
    }

    private static Path of(String chosen, Console console, String system) {
        Path home = Profiles.home(console.environment());
        if (!chosen.isEmpty()) {
            return Path.of(chosen, "trivet");
        }
        if (system.toLowerCase(Locale.ROOT).startsWith("windows")) {
            String local = console.environment().getOrDefault("LOCALAPPDATA", "");
            return (local.isEmpty() ? home.resolve("AppData/Local") : Path.of(local)).resolve("trivet");
        }
        return home.resolve(system.startsWith("Mac") ? "Library/Application Support/trivet" : ".local/state/trivet");
    }
}
