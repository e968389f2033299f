-- Each ultrasound image that a scanner stores goes on to HipCuff's node; what HipCuff itself stores does not.
function OnStoredInstance(instanceId, tags, metadata, origin)
  if tags['Modality'] == 'US' and origin['RequestOrigin'] == 'DicomProtocol' and origin['RemoteAet'] ~= 'HIPCUFF' then
    SendToModality(instanceId, 'hipcuff')
  end
end
