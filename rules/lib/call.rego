# METADATA
# title: How a call ended
# description: >-
#   A call failed when its record has an error code or an error message, or when it
#   is an event of the sign-in page that says Failure. A dry run carries an error code
#   (Client.DryRunOperation) and counts as failed too, since it changed nothing.
package lib.call

import data.lib.value

failed(record) if value.present(record.errorCode)

# A refused sign-in has a message and no code.
failed(record) if value.present(record.errorMessage)

failed(record) if record.responseElements.ConsoleLogin == "Failure"

failed(record) if record.responseElements.CheckMfa == "Failure"

failed(record) if record.responseElements.SwitchRole == "Failure"

succeeded(record) if not failed(record)

# reads holds when the record says that nothing was changed. Sign-ins and old
# records don't say: those count as changes.
reads(record) if value.is_true(record.readOnly)
