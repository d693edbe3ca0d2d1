package io.trivet.client;

import io.trivet.model.Group;
import java.util.List;

/** Groups of users; {@link UserAdmin#setRights} gives them rights. Any thread. */
public interface GroupAdmin {
    /** All groups, sorted by name. */
    List<Group> list();

    /** A new group, without users and rights. */
    void add(String name);

    /** Removes a group. Its users remain, without the rights of the group. */
    void remove(String name);

    /** Adds a user to a group, or removes it. */
    void setMember(String group, String user, boolean member);
}
