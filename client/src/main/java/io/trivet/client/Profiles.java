package io.trivet.client;

import io.trivet.model.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where an account keeps its profiles. If {@code TRIVET_CONFIG} is set, it names the only file
 * used. Otherwise they are in the platform's directory for settings: {@code profile} for the
 * account's cluster, and {@code trial-PORT} for each running trial.
 */
public final class Profiles {
    /** The variable that names the only file. */
    public static final String ENVIRONMENT = "TRIVET_CONFIG";

    private static final String USUAL = "profile";
    private static final String TRIAL = "trial-";
    private static final int MAX_TRIALS = 100;

    private final Map<String, String> environment;
    private final String operatingSystem;
    private final Optional<Path> home;

    /** @param home the account's home directory; empty if it has none */
    public Profiles(Map<String, String> environment, String operatingSystem, Optional<Path> home) {
        this.environment = Map.copyOf(environment);
        this.operatingSystem = operatingSystem.toLowerCase(Locale.ROOT);
        this.home = home;
    }

    /** The profiles of this process. */
    public static Profiles ofProcess(Map<String, String> environment) {
        return new Profiles(environment, System.getProperty("os.name", ""), home(environment));
    }

    /**
     * {@code HOME}, which Java itself ignores, else the system's entry for the account. Empty for
     * an account without a home, such as a number in a container that is in no list of users.
     */
    public static Optional<Path> home(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        String known = home.startsWith("/") ? home : System.getProperty("user.home", "");
        return known.isBlank() || known.equals("?") ? Optional.empty() : Optional.of(Path.of(known));
    }

    private Path directory() {
        if (operatingSystem.startsWith("windows")) {
            return under("APPDATA", "AppData", "Roaming");
        }
        return operatingSystem.startsWith("mac")
                ? inHome("Library", "Application Support").resolve("trivet")
                : under("XDG_CONFIG_HOME", ".config");
    }

    private Path under(String variable, String... otherwise) {
        String named = environment.getOrDefault(variable, "");
        return (named.isBlank() ? inHome(otherwise) : Path.of(named)).resolve("trivet");
    }

    private Path inHome(String... names) {
        Path at = home.orElseThrow(() -> new UncheckedIOException(new IOException(
                "this account has no home directory: set HOME, or name the profile's file in " + ENVIRONMENT)));
        for (String name : names) {
            at = at.resolve(name);
        }
        return at;
    }

    /**
     * The file of the account's own cluster, whether or not it exists. Throws {@link
     * UncheckedIOException} if the account has no directory for it.
     */
    public Path usual() {
        return named().orElseGet(() -> directory().resolve(USUAL));
    }

    /**
     * The file of a trial whose first node listens on this port of loopback, whether or not it
     * exists. The variable does not affect it.
     */
    public Path trial(int port) {
        return directory().resolve(TRIAL + port);
    }

    /** Whether a command without an address uses the trial at this port. */
    public boolean leadsToTrial(int port, int usualPort) {
        return port == usualPort && named().isEmpty() && !Files.exists(usual());
    }

    /** Whether the variable names the only file. */
    public boolean isNamed() {
        return named().isPresent();
    }

    private Optional<Path> named() {
        String name = environment.getOrDefault(ENVIRONMENT, "");
        return name.isBlank() ? Optional.empty() : Optional.of(Path.of(name));
    }

    /** A profile and its file. */
    public record Found(Path file, Profile profile) {
        private static Found in(Path file) throws IOException {
            return new Found(file, Profile.read(file));
        }
    }

    /**
     * The profile for a cluster by its addresses: one that contains any of them, else the account's
     * own. Without addresses the account's own, else that of a trial at {@code otherwise}. Throws
     * what {@link Profile#read} throws.
     */
    public Optional<Found> find(List<Address> asked, Address otherwise) throws IOException {
        Optional<Path> named = named();
        if (named.isPresent()) {
            return Optional.of(Found.in(named.get()));
        }
        Optional<Found> own = Files.exists(usual()) ? Optional.of(Found.in(usual())) : Optional.empty();
        if (asked.isEmpty() && own.isPresent()) {
            return own;
        }
        List<Address> wanted = asked.isEmpty() ? List.of(otherwise) : asked;
        if (own.isPresent() && names(own.get().profile(), wanted)) {
            return own;
        }
        for (Path trial : trials()) {
            Found found = Found.in(trial);
            if (names(found.profile(), wanted)) {
                return Optional.of(found);
            }
        }
        return own;
    }

    private static boolean names(Profile profile, List<Address> wanted) {
        return wanted.stream().anyMatch(profile.addresses()::contains);
    }

    private List<Path> trials() throws IOException {
        Path directory = directory();
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches(TRIAL + "\\d{1,5}"))
                    .sorted()
                    .limit(MAX_TRIALS)
                    .toList();
        }
    }
}
