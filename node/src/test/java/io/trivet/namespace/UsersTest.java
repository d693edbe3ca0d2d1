package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Command;
import io.trivet.model.FileId;
import io.trivet.model.Grant;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.User;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UsersTest {
    private static final byte[] WRAPPED = {1, 2, 3};
    private static final Grant EVERYTHING = new Grant(RemotePath.ROOT, Set.of(Right.ADMINISTER));

    private final Scene scene = new Scene();

    @BeforeEach
    void found() {
        scene.apply(Scene.found(1));
        assertDone(new Command.AddUser("admin", WRAPPED, List.of(EVERYTHING)));
    }

    @Test
    void newUserMayDoNothing() {
        assertDone(new Command.AddUser("alice", WRAPPED, List.of()));

        for (Right right : Right.values()) {
            assertThat(user("alice").may(right, RemotePath.ROOT)).isFalse();
            assertThat(user("alice").may(right, path("/alice"))).isFalse();
        }
    }

    @Test
    void rightsGoByWholeNamesAndTheLastOnesAtAPathCount() {
        assertDone(new Command.AddUser("alice", WRAPPED, List.of()));
        assertDone(set("alice", "/a", Right.READ, Right.LIST));
        assertThat(user("alice").may(Right.READ, path("/a/b/c"))).isTrue();
        assertThat(user("alice").may(Right.READ, path("/ab"))).isFalse();
        assertThat(user("alice").may(Right.READ, RemotePath.ROOT)).isFalse();
        assertThat(user("alice").may(Right.WRITE, path("/a"))).isFalse();

        assertDone(set("alice", "/a", Right.WRITE));
        assertThat(user("alice").may(Right.READ, path("/a"))).isFalse();
        assertThat(user("alice").may(Right.WRITE, path("/a"))).isTrue();

        assertDone(set("alice", "/a"));
        assertThat(user("alice").grants()).isEmpty();
    }

    @Test
    void whoeverMayAdministerAPathMayDoAllThereAndNothingElsewhere() {
        assertDone(new Command.AddUser("alice", WRAPPED, List.of()));
        assertDone(set("alice", "/a", Right.ADMINISTER));

        for (Right right : Right.values()) {
            assertThat(user("alice").may(right, path("/a/b"))).isTrue();
            assertThat(user("alice").may(right, path("/b"))).isFalse();
        }
        assertThat(user("alice").isAdministrator()).isFalse();
    }

    @Test
    void lastAdministratorStays() {
        assertRefused(new Command.RemoveUser("admin"), Refusal.Kind.DENIED);
        assertRefused(set("admin", "/"), Refusal.Kind.DENIED);
        assertRefused(set("admin", "/", Right.READ), Refusal.Kind.DENIED);

        assertDone(new Command.AddUser("second", WRAPPED, List.of(EVERYTHING)));
        assertDone(new Command.RemoveUser("admin"));
        assertRefused(new Command.RemoveUser("second"), Refusal.Kind.DENIED);
    }

    @Test
    void anotherSecretIsAnotherGenerationWithTheSameRights() {
        assertDone(new Command.RotateSecret("admin", new byte[] {9}));

        User after = user("admin");
        assertThat(after.generation()).isEqualTo(2);
        assertThat(after.isAdministrator()).isTrue();
        assertThat(scene.namespace.secretOf("admin").orElseThrow().wrapped()).containsExactly(9);
    }

    @Test
    void nameSecretAndNumberOfGrantsAreBounded() {
        assertRefused(new Command.AddUser("admin", WRAPPED, List.of()), Refusal.Kind.ALREADY_EXISTS);
        assertRefused(new Command.AddUser("a/b", WRAPPED, List.of()), Refusal.Kind.BAD_NAME);
        assertRefused(new Command.AddUser("", WRAPPED, List.of()), Refusal.Kind.BAD_NAME);
        assertRefused(new Command.AddUser("a".repeat(User.MAX_NAME + 1), WRAPPED, List.of()), Refusal.Kind.BAD_NAME);
        assertRefused(new Command.AddUser("alice", new byte[0], List.of()), Refusal.Kind.BAD_REQUEST);
        assertRefused(
                new Command.AddUser("alice", new byte[Command.MAX_WRAPPED + 1], List.of()), Refusal.Kind.BAD_REQUEST);
        assertRefused(new Command.RotateSecret("nobody", WRAPPED), Refusal.Kind.NO_SUCH_USER);
        for (int number = 1; number < User.MAX_GRANTS; number++) {
            assertDone(set("admin", "/a" + number, Right.READ));
        }
        assertRefused(set("admin", "/b", Right.READ), Refusal.Kind.BAD_REQUEST);
    }

    @Test
    void usersAreListedPageByPage() {
        assertDone(new Command.AddUser("alice", WRAPPED, List.of()));
        assertDone(new Command.AddUser("bob", WRAPPED, List.of()));

        assertThat(names("", 2)).containsExactly("admin", "alice");
        assertThat(names("alice", 2)).containsExactly("bob");
    }

    @Test
    void sessionBelongsToItsUser() {
        Outcome opened = scene.apply(new Command.OpenSession("admin"));

        assertThat(scene.namespace.userOf(((Outcome.SessionOpened) opened).session()))
                .contains("admin");
    }

    @Test
    void openSaveIsAdoptedByItsOwnUserAlone() {
        SessionId own = session("admin");
        FileId file = ((Outcome.Reserved) scene.apply(own, new Command.Reserve(1, -1, 4711))).start();
        Command.Adopt adopt = new Command.Adopt(file, 4711);

        assertThat(scene.apply(session("alice"), adopt))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.NOT_OPEN));
        assertThat(scene.apply(session("admin"), adopt)).isInstanceOf(Outcome.Reserved.class);
    }

    private SessionId session(String user) {
        return ((Outcome.SessionOpened) scene.apply(new Command.OpenSession(user))).session();
    }

    private List<String> names(String after, int limit) {
        return ((QueryResult.Users) scene.namespace.answer(new Query.Users(after, limit)))
                .users().stream().map(User::name).toList();
    }

    private User user(String name) {
        return scene.namespace.user(name).orElseThrow().user();
    }

    private static Command.SetRights set(String user, String path, Right... rights) {
        return new Command.SetRights(user, new Grant(path(path), Set.of(rights)));
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private void assertDone(Command command) {
        assertThat(scene.apply(command)).isInstanceOf(Outcome.Done.class);
    }

    private void assertRefused(Command command, Refusal.Kind kind) {
        assertThat(scene.apply(command))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.refusal().kind()).isEqualTo(kind));
    }
}
