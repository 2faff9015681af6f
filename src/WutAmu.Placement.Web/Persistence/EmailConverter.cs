using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Persistence;

internal sealed class EmailConverter() : ValueConverter<EmailAddress, string>(address => address.Value, text => EmailAddress.Create(text));
