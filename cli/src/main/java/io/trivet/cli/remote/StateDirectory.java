package io.trivet.cli.remote;

import io.trivet.cli.terminal.Console;
import io.trivet.client.Profiles;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The directory for this program's state of a user: the shell's history, the journals of
 * interrupted saves, the cached addresses of nodes.
 */
public final class StateDirectory {
    private StateDirectory() {}

    /**
     * {@code ~/.local/state/trivet}, or below XDG_STATE_HOME; on a Mac below Library, on Windows
     * below LOCALAPPDATA. Empty for an account without a home: then no state is kept.
     */
    public static Optional<Path> of(Console console) {
        return of(console.environment().getOrDefault("XDG_STATE_HOME", ""), console, System.getProperty("os.name", ""));
    }

    private static Optional<Path> of(String chosen, Console console, String system) {
        if (!chosen.isEmpty()) {
            return Optional.of(Path.of(chosen, "trivet"));
        }
        Optional<Path> home = Profiles.home(console.environment());
        if (system.toLowerCase(Locale.ROOT).startsWith("windows")) {
            String local = console.environment().getOrDefault("LOCALAPPDATA", "");
            Optional<Path> base =
                    local.isEmpty() ? home.map(at -> at.resolve("AppData/Local")) : Optional.of(Path.of(local));
            return base.map(at -> at.resolve("trivet"));
        }
        String inHome = system.startsWith("Mac") ? "Library/Application Support/trivet" : ".local/state/trivet";
        return home.map(at -> at.resolve(inHome));
    }
}
