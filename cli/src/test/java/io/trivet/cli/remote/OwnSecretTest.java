package io.trivet.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import io.trivet.client.Account;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whenever the process dies, the profile holds a valid secret. */
final class OwnSecretTest {
    private static final Secret OLD = new Secret("the-old-secret-of-ada");
    private static final Secret NEW = new Secret("the-new-secret-of-ada");

    @TempDir
    Path home;

    /** What the cluster takes at the moment. */
    private Secret good = OLD;

    private Path file = Path.of("");

    @BeforeEach
    void begin() throws IOException {
        file = home.resolve("profile");
        new Profile(
                        new ClusterId(new UUID(1, 2)),
                        List.of(new Address("localhost", 7777)),
                        new TrustSettings.Plaintext(),
                        "ada",
                        OLD.text())
                .write(file);
    }

    private OwnSecret own() throws IOException {
        return OwnSecret.of(new Profiles.Found(file, Profile.read(file)), this::isGood);
    }

    private boolean isGood(Account account) {
        return account.secret().equals(good);
    }

    /** The next command, whatever became of the last one. */
    private void canGoOn() throws IOException {
        Account account = own().account();
        assertThat(account).isNotNull();
        assertThat(isGood(account)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void theProfileHoldsTheNewSecretWhenTheClusterHasSaidYes() throws IOException {
        own().change(NEW, told -> good = told);
        assertThat(Profile.read(file).secret()).isEqualTo(NEW.text());
        assertThat(Profile.read(file).nextSecret()).isNull();
        canGoOn();
    }

    @Test
    void bothAreInTheProfileBeforeTheClusterIsTold() throws IOException {
        own().change(NEW, _ -> {
            try {
                assertThat(Profile.read(file).secret()).isEqualTo(OLD.text());
                assertThat(Profile.read(file).nextSecret()).isEqualTo(NEW.text());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** As if the process died, or the answer was lost, before or after the cluster had done it. */
    @Test
    void whoeverIsCutOffGoesOnWithTheSecretThatIsGood() throws IOException {
        for (boolean done : List.of(false, true)) {
            assertThatThrownBy(() -> own().change(NEW, _ -> {
                        good = done ? NEW : OLD;
                        throw TrivetException.of(Refusal.Kind.OUTCOME_UNKNOWN, "", "");
                    }))
                    .isInstanceOf(TrivetException.class);
            canGoOn();
        }
        assertThat(Profile.read(file).secret())
                .as("found out by the command after")
                .isEqualTo(NEW.text());
    }

    /** It may have been on its way to the log: a no of today is none of tomorrow. */
    @Test
    void aSecretThatIsNotGoodYetIsKept() throws IOException {
        assertThatThrownBy(() -> own().change(NEW, _ -> {
                    throw TrivetException.of(Refusal.Kind.OUTCOME_UNKNOWN, "", "");
                }))
                .isInstanceOf(TrivetException.class);
        canGoOn();
        good = NEW;
        canGoOn();
    }

    /** Else the profile would forget the first, and who has it when it comes after all is locked out. */
    @Test
    void whatIsUndecidedIsDecidedBeforeTheNextChange() throws IOException {
        assertThatThrownBy(() -> own().change(NEW, _ -> {
                    throw TrivetException.of(Refusal.Kind.OUTCOME_UNKNOWN, "", "");
                }))
                .isInstanceOf(TrivetException.class);
        Secret newest = new Secret("the-newest-secret-of-ada");
        List<Secret> said = new ArrayList<>();
        own().change(newest, told -> {
            said.add(told);
            good = told;
            if (said.size() == 1) {
                assertThat(assertDoesNotThrow(() -> Profile.read(file)).nextSecret())
                        .isEqualTo(NEW.text());
            }
        });
        assertThat(said).containsExactly(NEW, newest);
        canGoOn();
    }

    /** A copy of it in another place finds the cluster while the first node is down. */
    @Test
    void theProfileNamesTheNodesThatACommandMet() throws IOException {
        List<Address> two = List.of(new Address("localhost", 7777), new Address("localhost", 7778));
        own().find(two);
        assertThat(Profile.read(file).addresses()).isEqualTo(two);
        canGoOn();
        Object written = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        own().find(two);
        assertThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
                .as("written only when they have changed")
                .isEqualTo(written);
    }

    /** Else this command would bring back a secret that is worth nothing. */
    @Test
    void aProfileThatAnotherCommandHasChangedStays() throws IOException {
        OwnSecret slow = own();
        own().change(NEW, told -> good = told);
        slow.find(List.of(new Address("localhost", 7778)));
        assertThat(Profile.read(file).secret()).isEqualTo(NEW.text());
        canGoOn();
    }

    @Test
    void aProfileThatCannotBeWrittenChangesNothingAtTheCluster() throws IOException {
        OwnSecret own = own();
        Files.delete(file);
        Files.createDirectory(file);
        Files.createFile(file.resolve("in-the-way"));
        assertThatThrownBy(() -> own.change(NEW, told -> good = told))
                .isInstanceOf(TrivetException.class)
                .hasMessageContaining("is a directory");
        assertThat(good).isEqualTo(OLD);
    }
}
