# cmake -DBUILD=build/release -DPREFIX=build/release/sdk -P install_copy.cmake: a fresh copy; nothing of an older one stays.
file(REMOVE_RECURSE ${PREFIX})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
