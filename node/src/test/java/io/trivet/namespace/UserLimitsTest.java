package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Grant;
import io.trivet.model.NodeId;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.UserLimits;
import io.trivet.model.UserUse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All files here have 7 bytes. */
class UserLimitsTest {
    private final Scene scene = Scene.of(3);
    private SessionId session = new SessionId(1);

    @BeforeEach
    void users() {
        add("admin", List.of(new Grant(RemotePath.ROOT, EnumSet.of(Right.ADMINISTER))));
        add("ada", List.of());
        session = ((Outcome.SessionOpened) scene.apply(new Command.OpenSession("ada"))).session();
    }

    private void add(String name, List<Grant> grants) {
        assertThat(scene.apply(new Command.AddUser(name, new byte[] {1}, grants)))
                .isEqualTo(new Outcome.Done());
    }

    private void limit(Long bytes, Long files) {
        assertThat(scene.apply(new Command.SetLimits("ada", bytes, files, null, null)))
                .isEqualTo(new Outcome.Done());
        while (scene.namespace.isCounting()) {
            scene.apply(new Command.CountUse(2));
        }
    }

    private Outcome save(String path, String owner) {
        FileId file = scene.reserve(session, 1).start();
        return scene.apply(session, new Command.Commit(file, path(path), 7, 1, Scene.BIRTH, owner, 0644, List.of()));
    }

    private UserUse use() {
        QueryResult.Users page = (QueryResult.Users) scene.namespace.answer(new Query.Users("", 10));
        return page.uses().getFirst();
    }

    @Test
    void whatAUserHasIsRefusedBeyondItsLimit() {
        save("/before", "ada");
        limit(14L, null);
        save("/other", "admin");
        save("/a/second", "ada");
        Outcome third = save("/a/third", "ada");

        assertRefused(third, Kind.QUOTA);
        assertThat(((Outcome.Refused) third).refusal().message())
                .isEqualTo("ada: over quota: this user may have 14 bytes, has 14, and this takes 7 more: "
                        + "what is in the trash counts; remove something past it, or ask an administrator for more");
        assertThat(save("/admins", "admin")).isInstanceOf(Outcome.Committed.class);
        assertThat(use()).isEqualTo(new UserUse(14, 2, 1));
    }

    @Test
    void whatIsInTheTrashCountsUntilItLeavesIt() {
        scene.apply(new Command.SetTrash(3600));
        limit(null, 1L);
        save("/a", "ada");
        FileId file = scene.fileAt("/a");
        scene.remove(session, "/a", false);
        assertThat(use().files()).isEqualTo(1);
        assertRefused(save("/b", "ada"), Kind.QUOTA);

        scene.apply(new Command.Discard(Instant.ofEpochMilli(Long.MAX_VALUE), List.of(file)));
        assertThat(use().files()).isZero();
        assertThat(save("/b", "ada")).isInstanceOf(Outcome.Committed.class);
    }

    @Test
    void aTreeThatIsRemovedCountsUntilItIsTakenApart() {
        limit(null, 10L);
        save("/d/1", "ada");
        save("/d/e/2", "ada");
        scene.remove(session, "/d", true);
        while (scene.namespace.hasDetached()) {
            scene.apply(new Command.Dissolve(1));
        }
        assertThat(use()).isEqualTo(new UserUse(0, 0, 1));
    }

    @Test
    void limitsStayWithRightsAndSecretsAndAreTakenAway() {
        limit(14L, 3L);
        scene.apply(new Command.SetLimits("ada", null, UserLimits.NO_LIMIT, 5, 6));
        scene.apply(new Command.RotateSecret("ada", new byte[] {2}));
        scene.apply(new Command.SetRights("ada", new Grant(path("/a"), EnumSet.of(Right.READ))));
        assertThat(scene.namespace.user("ada").orElseThrow().user().limits())
                .isEqualTo(new UserLimits(14, UserLimits.NO_LIMIT, 5, 6));
        scene.apply(new Command.SetLimits("ada", -1L, null, -1, -1));
        assertThat(scene.namespace.user("ada").orElseThrow().user().limits()).isEqualTo(UserLimits.USUAL);
    }

    @Test
    void limitsThatAreNoneAreRefused() {
        assertRefused(scene.apply(new Command.SetLimits("ada", -2L, null, null, null)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.SetLimits("ada", null, null, 65_537, null)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.SetLimits("ada", null, null, null, 5000)), Kind.BAD_REQUEST);
        assertRefused(scene.apply(new Command.SetLimits("nobody", 1L, null, null, null)), Kind.NO_SUCH_USER);
        add("x".repeat(40), List.of());
        assertRefused(scene.apply(new Command.SetLimits("x".repeat(40), 1L, null, null, null)), Kind.BAD_REQUEST);
    }

    @Test
    void aRestoredNamespaceCountsAgain() throws IOException {
        save("/a", "ada");
        limit(7L, null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        scene.namespace.backup(out);
        Scene other = new Scene();
        Backup.replay(
                new ByteArrayInputStream(out.toByteArray()),
                new NodeId(0),
                2,
                command -> assertThat(other.apply(command)).isEqualTo(new Outcome.Done()));
        other.namespace.requireConsistent(1);
        while (other.namespace.isCounting()) {
            other.apply(new Command.CountUse(2));
        }
        SessionId begun = ((Outcome.SessionOpened) other.apply(new Command.OpenSession("ada"))).session();
        FileId file = other.reserve(begun, 1).start();
        assertRefused(
                other.apply(begun, new Command.Commit(file, path("/b"), 7, 1, Scene.BIRTH, "ada", 0644, List.of())),
                Kind.QUOTA);
    }

    @Test
    void sessionsOfRemovedUsersAreKnown() {
        SessionId second = ((Outcome.SessionOpened) scene.apply(new Command.OpenSession("ada"))).session();
        scene.reserve(second, 1);
        assertThat(scene.namespace.sessionsOf("ada")).isEqualTo(new UserSessions(2, 1));
        assertThat(scene.namespace.sessionsOfRemovedUsers(10)).isEmpty();
        scene.apply(new Command.RemoveUser("ada"));
        assertThat(scene.namespace.sessionsOfRemovedUsers(10)).containsExactly(session, second);
        assertThat(scene.namespace.sessionsOfRemovedUsers(1)).containsExactly(session);
    }
}
