# Run by CPack when all files of the packages are in place: the same times every time.
if(DEFINED ENV{SOURCE_DATE_EPOCH})
	execute_process(COMMAND find ${CPACK_TEMPORARY_DIRECTORY} -exec
		touch --no-dereference --date=@$ENV{SOURCE_DATE_EPOCH} {} +
		COMMAND_ERROR_IS_FATAL ANY)
endif()
