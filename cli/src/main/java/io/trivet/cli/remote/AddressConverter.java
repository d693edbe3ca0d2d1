package io.trivet.cli.remote;

import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.WrongValue;
import io.trivet.model.Address;
import picocli.CommandLine.ITypeConverter;

/** Reads {@code HOST:PORT}. */
public final class AddressConverter implements ITypeConverter<Address> {
    @Override
    public Address convert(String text) {
        try {
            return Address.parse(text.strip());
        } catch (IllegalArgumentException e) {
            throw new WrongValue(ErrorMessage.reason(e));
        }
    }
}
