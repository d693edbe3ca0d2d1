package io.trivet.namespace;

import static io.trivet.namespace.Scene.assertRefused;
import static io.trivet.namespace.Scene.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Command;
import io.trivet.model.Grant;
import io.trivet.model.Group;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal.Kind;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.User;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupsTest {
    private static final Grant EVERYTHING = new Grant(RemotePath.ROOT, Set.of(Right.ADMINISTER));

    private final Scene scene = Scene.of(1);

    @BeforeEach
    void users() {
        done(new Command.AddUser("admin", new byte[] {1}, List.of(EVERYTHING)));
        done(new Command.AddUser("ada", new byte[] {1}, List.of()));
        done(new Command.AddUser("bob", new byte[] {1}, List.of()));
        done(new Command.AddGroup("staff"));
    }

    private void done(Command command) {
        assertThat(scene.apply(command)).as("%s", command).isEqualTo(new Outcome.Done());
    }

    private static Command.SetRights grant(String name, String path, Right... rights) {
        return new Command.SetRights(name, new Grant(path(path), Set.of(rights)));
    }

    private User user(String name) {
        return scene.namespace.user(name).orElseThrow().user();
    }

    private List<Group> groups() {
        return ((QueryResult.Groups) scene.namespace.answer(new Query.Groups(""))).groups();
    }

    @Test
    void whatIsGrantedToAGroupIsGrantedToItsUsersAsLongAsTheyAreInIt() {
        done(grant("@staff", "/shared", Right.READ, Right.LIST));
        done(new Command.SetMember("staff", "ada", true));
        done(grant("ada", "/ada", Right.WRITE));
        assertThat(user("ada").may(Right.READ, path("/shared/x"))).isTrue();
        assertThat(user("ada").may(Right.WRITE, path("/ada/x"))).isTrue();
        assertThat(user("bob").may(Right.READ, path("/shared/x"))).isFalse();

        done(grant("@staff", "/shared", Right.LIST));
        assertThat(user("ada").may(Right.READ, path("/shared/x"))).isFalse();
        done(new Command.SetMember("staff", "ada", false));
        assertThat(user("ada").grants()).hasSize(1);
        Group staff = groups().getFirst();
        assertThat(staff.members()).isEmpty();
        assertThat(staff.grants()).hasSize(1).allSatisfy(grant -> {
            assertThat(grant.path()).isEqualTo(path("/shared"));
            assertThat(grant.rights()).containsExactly(Right.LIST);
        });
    }

    @Test
    void usersAndGroupsThatGoLeaveNothingBehind() {
        done(new Command.SetMember("staff", "ada", true));
        done(new Command.SetMember("staff", "bob", true));
        done(new Command.RemoveUser("ada"));
        assertThat(groups().getFirst().members()).containsExactly("bob");
        done(new Command.AddUser("ada", new byte[] {1}, List.of()));
        assertThat(user("ada").groups()).isEmpty();

        done(grant("@staff", "/shared", Right.READ));
        done(new Command.RemoveGroup("staff"));
        assertThat(user("bob").groups()).isEmpty();
        assertThat(user("bob").grants()).isEmpty();
        done(new Command.AddGroup("staff"));
        assertThat(groups()).containsExactly(new Group("staff", List.of(), List.of()));
    }

    /**
     * A group can be emptied or removed by mistake; one administrator in their own right always
     * remains.
     */
    @Test
    void anAdministratorByAGroupAloneIsNotTheLastOne() {
        done(grant("@staff", "/", Right.ADMINISTER));
        done(new Command.SetMember("staff", "ada", true));
        assertThat(user("ada").isAdministrator()).isTrue();
        assertRefused(scene.apply(new Command.RemoveUser("admin")), Kind.DENIED);
    }

    @Test
    void namesAreCheckedAndNumbersAreBounded() {
        assertRefused(scene.apply(new Command.AddGroup("staff")), Kind.ALREADY_EXISTS);
        assertRefused(scene.apply(new Command.AddGroup("@x")), Kind.BAD_NAME);
        assertRefused(scene.apply(new Command.RemoveGroup("none")), Kind.NO_SUCH_GROUP);
        assertRefused(scene.apply(new Command.SetMember("none", "ada", true)), Kind.NO_SUCH_GROUP);
        assertRefused(scene.apply(new Command.SetMember("staff", "nobody", true)), Kind.NO_SUCH_USER);
        assertRefused(scene.apply(grant("@none", "/", Right.READ)), Kind.NO_SUCH_GROUP);
        for (int i = 0; i < Group.MAX_OF_USER; i++) {
            done(new Command.AddGroup("g" + i));
            done(new Command.SetMember("g" + i, "ada", true));
        }
        assertRefused(scene.apply(new Command.SetMember("staff", "ada", true)), Kind.BAD_REQUEST);
        assertThat(groups().stream()
                        .filter(group -> group.name().equals("staff"))
                        .findFirst()
                        .orElseThrow()
                        .members())
                .isEmpty();
    }

    @Test
    void manyRightsAreGrantedUpToTheBoundThatIsSaid() {
        for (int i = 0; i < User.MAX_GRANTS; i++) {
            done(grant("ada", "/project-" + i, Right.READ, Right.WRITE));
        }
        assertThat(user("ada").may(Right.WRITE, path("/project-255/x"))).isTrue();
        assertRefused(scene.apply(grant("ada", "/more", Right.READ)), Kind.BAD_REQUEST);
        done(grant("ada", "/project-0", Right.READ));

        done(new Command.SetMember("staff", "ada", true));
        String deep = "/" + "x".repeat(250) + "/" + "x".repeat(240) + "/";
        int i = 0;
        Outcome last = new Outcome.Done();
        while (i < 100 && last.equals(new Outcome.Done())) {
            last = scene.apply(grant("@staff", deep + i++, Right.WRITE));
        }
        assertRefused(last, Kind.BAD_REQUEST);
        long bytes = user("ada").pathsWith(Right.WRITE).stream()
                .mapToLong(RemotePath::length)
                .sum();
        assertThat(bytes).isBetween(User.MAX_WRITE_BYTES - 600L, (long) User.MAX_WRITE_BYTES);
        assertThat(groups().getFirst().grants()).hasSize(i - 1);
    }
}
