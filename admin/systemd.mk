# Units, users and directories for a machine that runs FrostGuard for good:
# a unit template and a user for each privilege class.
