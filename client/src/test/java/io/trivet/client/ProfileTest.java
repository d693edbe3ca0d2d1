package io.trivet.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProfileTest {
    private static final Address HERE = new Address("127.0.0.1", 7777);
    private static final Address THERE = new Address("::1", 17777);
    private static final TrustSettings AUTHORITY = new TrustSettings.Authority("ab".repeat(32));

    @TempDir
    Path home;

    private static Profile profile(Address... addresses) {
        return new Profile(new ClusterId(UUID.randomUUID()), List.of(addresses), AUTHORITY);
    }

    private Profiles profiles(Map<String, String> environment) {
        return new Profiles(environment, "Linux", Optional.of(home));
    }

    @Test
    void whatIsWrittenIsReadAndForItsOwnerAlone() throws IOException {
        Profile written = profile(HERE, THERE).as("trivet-1", "s3cret/+=x");
        Path file = home.resolve("a").resolve("b");
        written.write(file);
        assertThat(Profile.read(file)).isEqualTo(written);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(written.toString()).doesNotContain("s3cret");
        profile(HERE).write(file);
        assertThat(Profile.read(file).secret()).isNull();
    }

    /**
     * Java takes the home directory from the account and ignores the variable, with which a person
     * overrides it.
     */
    @Test
    void theVariableSaysWhereHomeIs() {
        Profiles profiles = Profiles.ofProcess(Map.of("HOME", home.toString()));
        assertThat(profiles.usual()).startsWithRaw(home);
        assertThat(Profiles.ofProcess(Map.of("HOME", "not absolute")).usual())
                .startsWithRaw(Path.of(System.getProperty("user.home")));
    }

    @Test
    void bothSecretsOfAChangeThatWasCutShortAreKept() throws IOException {
        Path file = home.resolve("p");
        Profile changing = profile(HERE).as("key", "old-secret").changingTo("new-secret");
        changing.write(file);
        assertThat(Profile.read(file)).isEqualTo(changing);
        assertThat(Profile.read(file).secret()).isEqualTo("old-secret");
        assertThat(changing.as("key", "new-secret").nextSecret()).isNull();
        assertThat(changing.toString()).doesNotContain("-secret");
    }

    /** As when one command changes the secret and another one the addresses. */
    @Test
    void whatAnotherWriterWroteIsNeverPutBack() throws Exception {
        Path file = home.resolve("p");
        profile(HERE).as("key", "secret-0").write(file);
        AtomicBoolean ended = new AtomicBoolean();
        Thread other = Thread.ofPlatform().start(() -> {
            while (!ended.get()) {
                try {
                    Profile seen = Profile.read(file);
                    seen.at(List.of(seen.addresses().size() == 1 ? new Address[] {HERE, THERE} : new Address[] {HERE}))
                            .writeInPlaceOf(seen, file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        try {
            for (int i = 1; i <= 100; i++) {
                Profile.read(file).as("key", "secret-" + i).write(file);
                assertThat(Profile.read(file).secret()).isEqualTo("secret-" + i);
            }
        } finally {
            ended.set(true);
            other.join();
        }
    }

    /** A profile that is made for somebody else is alone in its place. */
    @Test
    void aNewProfileLeavesNothingBeside() throws IOException {
        profile(HERE).write(home.resolve("alice.profile"));
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files).containsExactly(home.resolve("alice.profile"));
        }
    }

    @Test
    void aSecretThatOthersCanReadIsRefused() throws IOException {
        Path file = home.resolve("p");
        profile(HERE).as("key", "secret").write(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> Profile.read(file))
                .isInstanceOf(TrivetException.class)
                .hasMessageContaining("chmod 600");
    }

    /** A profile without an authority must not mean that every authority is trusted. */
    @Test
    void aProfileWithoutAuthorityIsRefused() throws IOException {
        Path file = home.resolve("p");
        profile(HERE).write(file);
        String text = Files.readString(file);
        for (String bad : List.of(
                text.replaceAll("authority.*\n", ""),
                text.replace("sha256:ab", "sha256:"),
                text.replace("version = 1", "version = 2"),
                text + "secret = 1\nsecret = 2\n",
                text + "word\n",
                "x".repeat(20_000))) {
            Files.writeString(file, bad);
            assertThatThrownBy(() -> Profile.read(file)).isInstanceOf(TrivetException.class);
        }
    }

    @Test
    void theProfileThatNamesTheAddressIsTakenThenTheAccountsOwn() throws IOException {
        Profiles profiles = profiles(Map.of());
        assertThat(profiles.find(List.of(), HERE)).isEmpty();
        Profiles.Found trial = new Profiles.Found(profiles.trial(17777), profile(THERE));
        trial.profile().write(trial.file());
        assertThat(profiles.find(List.of(), HERE)).isEmpty();
        assertThat(profiles.find(List.of(THERE), HERE)).contains(trial);
        assertThat(profiles.find(List.of(), THERE)).contains(trial);
        Profiles.Found own = new Profiles.Found(profiles.usual(), profile(HERE));
        own.profile().write(own.file());
        assertThat(profiles.find(List.of(), THERE)).contains(own);
        assertThat(profiles.find(List.of(THERE), HERE)).contains(trial);
        assertThat(profiles.find(List.of(new Address("other", 1)), HERE)).contains(own);
    }

    @Test
    void theVariableOverridesAndThePlatformSaysTheRest() throws IOException {
        Path named = home.resolve("named");
        Profile profile = profile(HERE);
        Profiles profiles = profiles(Map.of(Profiles.ENVIRONMENT, named.toString()));
        assertThatThrownBy(() -> profiles.find(List.of(), HERE)).hasMessageContaining("no profile there");
        profile.write(profiles.usual());
        assertThat(profiles.find(List.of(THERE), HERE)).contains(new Profiles.Found(named, profile));
        assertThat(profiles(Map.of()).usual()).isEqualTo(home.resolve(".config/trivet/profile"));
        assertThat(profiles(Map.of("XDG_CONFIG_HOME", "/etc/x")).usual()).isEqualTo(Path.of("/etc/x/trivet/profile"));
        assertThat(new Profiles(Map.of(), "Mac OS X", Optional.of(home)).usual())
                .isEqualTo(home.resolve("Library/Application Support/trivet/profile"));
    }
}
