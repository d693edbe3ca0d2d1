package io.trivet.client;

import io.trivet.model.Group;
import java.util.List;

/** Groups of users; {@link UserAdmin#setRights} gives them rights. Any thread. */
public interface GroupAdmin {
    /** All groups in the order of their names. */
    List<Group> list();

    /** A new group, without users and rights. */
    void add(String name);

    /** Its users stay, and lose what was granted to it. */
    void remove(String name);

    /** Whether a user is in a group from now on. */
    void setMember(String group, String user, boolean member);
}
